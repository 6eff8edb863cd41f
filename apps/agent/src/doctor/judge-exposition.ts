import { doctor } from '@app/operations';

const { note, ok, problem, warning } = doctor;

const TEXT_TYPES = new Set(['text/plain', 'application/openmetrics-text']);
const OPENMETRICS = 'application/openmetrics-text';
const PROTOBUF = 'application/vnd.google.protobuf';
const SHOWN_CHARS = 60;

/** A line of Prometheus' text format or of OpenMetrics that holds a sample; names in quotes stand within the braces. */
const SAMPLE =
  /^(?:[a-zA-Z_:][\w:]*)?[ \t]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?[ \t]*(\S+)(?:[ \t]+-?[\d.]+)?(?:[ \t]+#.*)?[ \t]*$/;
const VALUE =
  /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|infinity|nan|0x[\da-f.]+(?:p[+-]?\d+)?)$/i;

/** Whether Prometheus could read a body that is said to be of this type. */
export function judgeContentType(contentType: string): doctor.Finding {
  const type = mediaType(contentType);
  if (TEXT_TYPES.has(type) || type === PROTOBUF) {
    return ok('content type', contentType);
  }
  const words = contentType === '' ? 'the target gives none' : `${contentType} is none of a metrics page`;
  return problem(
    'content type',
    `${words}: Prometheus 3 refuses it, Prometheus 2 takes it for text`,
    'have the target say text/plain; version=0.0.4, or set fallback_scrape_protocol in the scrape configuration',
  );
}

/**
 * What is odd about a body, by Prometheus' rules.
 *
 * @param text - the body, or its beginning
 * @param isWhole - whether that is all of it
 */
export function judgeBody(text: string, contentType: string, isWhole: boolean): doctor.Finding[] {
  const type = mediaType(contentType);
  if (type === PROTOBUF) {
    return [note('body', 'is protobuf, which is not looked into')];
  }
  if (/^\s*(<!doctype|<html|<\?xml)/i.test(text)) {
    return [problem('body', 'is a page for people, not metrics', 'check the path of the URL')];
  }
  const lines = text.split('\n');
  const wrong = (isWhole ? lines : lines.slice(0, -1)).findIndex((line) => !isLine(line));
  if (wrong !== -1) {
    const shown = JSON.stringify((lines[wrong] ?? '').slice(0, SHOWN_CHARS));
    return [
      problem('body', `line ${wrong + 1} is no sample: ${shown}`, 'Prometheus would refuse the whole body'),
    ];
  }
  const samples = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).length;
  return [
    samples === 0
      ? warning('body', 'holds no sample')
      : ok('body', `${samples}${isWhole ? '' : ' or more'} samples`),
    ...(isWhole ? judgeEnd(text, type) : []),
  ];
}

function judgeEnd(text: string, type: string): doctor.Finding[] {
  if (type === OPENMETRICS && !/^# EOF\n?$/m.test(text.slice(-8))) {
    return [
      problem(
        'end of the body',
        'is not # EOF, which OpenMetrics asks for',
        'Prometheus would refuse the body',
      ),
    ];
  }
  return text === '' || text.endsWith('\n')
    ? []
    : [warning('end of the body', 'has no newline; was it cut short?')];
}

function isLine(line: string): boolean {
  const bare = line.replace(/\r$/, '');
  if (bare.trim() === '' || bare.startsWith('#')) {
    return true;
  }
  const value = SAMPLE.exec(bare)?.[1];
  return value !== undefined && VALUE.test(value);
}

const mediaType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();
