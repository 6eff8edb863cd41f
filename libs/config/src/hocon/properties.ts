import { ConfigError, type Origin } from './config-error.js';
import { MAX_DEPTH } from './limits.js';
import type { FieldStatement, ParsedDocument } from './syntax.js';

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
const BLANK = /^[ \t\f]+/;

/**
 * A document in the syntax of Java's properties. Keys are split at their dots, values are texts, and where one key
 * is both a text and the beginning of another, the longer one counts.
 *
 * @throws {ConfigError} on a broken \u escape or a key of more than 256 parts
 */
export function parseProperties(text: string, source: string): ParsedDocument {
  const entries = new Map<string, FieldStatement>();
  for (const { line, origin } of logicalLines(text.replace(/^\u{feff}/u, ''), source)) {
    const statement = parsePropertyLine(line, origin);
    entries.set(JSON.stringify(statement.path), statement);
  }
  const statements = [...entries.values()].sort((one, other) => one.path.length - other.path.length);
  return { root: { kind: 'object', statements, origin: { source, line: 1 } }, includes: [] };
}

/** A key as properties have it: split at every dot, escapes undone. */
export function parsePropertyKey(key: string, origin: Origin): string[] {
  const path = unescape(key, origin).split('.');
  if (path.length > MAX_DEPTH) {
    throw new ConfigError(origin, `a key has more than ${MAX_DEPTH} parts`);
  }
  return path;
}

/** A value as properties have it: white space before it does not count, escapes are undone. */
export const parsePropertyValue = (value: string, origin: Origin): string =>
  unescape(value.replace(BLANK, ''), origin);

function parsePropertyLine(line: string, origin: Origin): FieldStatement {
  const match = /^((?:\\[\s\S]|[^\\ \t\f=:])*)[ \t\f]*[=:]?([\s\S]*)$/.exec(line);
  const path = parsePropertyKey(match?.[1] ?? line, origin);
  const text = parsePropertyValue(match?.[2] ?? '', origin);
  return { kind: 'field', path, isAppend: false, value: { kind: 'string', text, origin }, origin };
}

/** Lines without blanks in front, comments and empty ones left out; a backslash at the end joins the next one. */
function* logicalLines(text: string, source: string): Generator<{ line: string; origin: Origin }> {
  let parts: string[] = [];
  let begun = 1;
  for (const [index, natural] of text.split(/\r\n|\r|\n/).entries()) {
    const trimmed = natural.replace(BLANK, '');
    const isJoined = parts.length > 0;
    if (!isJoined && (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!'))) {
      continue;
    }
    begun = isJoined ? begun : index + 1;
    const goesOn = ((/\\*$/.exec(trimmed)?.[0].length ?? 0) & 1) === 1;
    parts.push(goesOn ? trimmed.slice(0, -1) : trimmed);
    if (!goesOn) {
      yield { line: parts.join(''), origin: { source, line: begun } };
      parts = [];
    }
  }
  if (parts.length > 0) {
    yield { line: parts.join(''), origin: { source, line: begun } };
  }
}

function unescape(text: string, origin: Origin): string {
  return text.replace(
    /\\(?:u(.{0,4})|([\s\S]))/gs,
    (_, digits: string | undefined, letter: string | undefined) => {
      if (digits === undefined) {
        return letter === undefined ? '' : (ESCAPES[letter] ?? letter);
      }
      if (!/^[0-9a-f]{4}$/i.test(digits)) {
        throw new ConfigError(origin, 'an escape \\u needs four hexadecimal digits');
      }
      return String.fromCharCode(Number.parseInt(digits, 16));
    },
  );
}
