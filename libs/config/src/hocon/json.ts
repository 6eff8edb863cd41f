import { ConfigError } from './config-error.js';
import { parseHocon } from './parser.js';
import type { ParsedDocument } from './syntax.js';

/** A strict JSON document. @throws {ConfigError} on what HOCON allows beyond JSON, too */
export function parseJson(text: string, source: string): ParsedDocument {
  const bare = text.replace(/^\u{feff}/u, '');
  if (findMistake(bare) !== undefined) {
    throw new ConfigError({ source, line: lineOfMistake(bare) }, 'this is not valid JSON');
  }
  return parseHocon(bare, source);
}

/** What JSON.parse says. It quotes the text, so it is never passed on. */
function findMistake(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** JSON.parse does not always say where: the first line is sought with which the text can no longer be completed. */
function lineOfMistake(text: string): number {
  const lines = text.split('\n');
  let good = 0;
  let bad = lines.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isCompletable(lines.slice(0, middle).join('\n'))) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return bad;
}

/** Whether whole lines are a JSON text so far; none ends within a quoted text. */
function isCompletable(text: string): boolean {
  const mistake = findMistake(text);
  if (mistake === undefined || mistake.startsWith('Unexpected end')) {
    return true;
  }
  const position = /position (\d+)/.exec(mistake)?.[1];
  return !mistake.startsWith('Unterminated') && Number(position) >= text.trimEnd().length;
}
