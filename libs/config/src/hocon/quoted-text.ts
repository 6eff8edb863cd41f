import type { CharacterReader } from './characters.js';
import { ConfigError, type Origin } from './config-error.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * The text between the quotes the reader stands before: `"…"` with JSON's escapes, or `"""…"""` as it stands.
 *
 * @throws {ConfigError} when the quotes are never closed, on an unknown escape or a bare control character
 */
export function readQuoted(reader: CharacterReader, origin: Origin): string {
  if (reader.startsWith('"""')) {
    return readTripleQuoted(reader, origin);
  }
  reader.take();
  const parts: string[] = [];
  for (;;) {
    parts.push(reader.takeWhile((character) => character !== '"' && character !== '\\' && character >= ' '));
    const character = reader.peek();
    if (character === '"') {
      reader.take();
      return parts.join('');
    }
    if (character !== '\\') {
      throw new ConfigError(origin, unendedText(character));
    }
    reader.take();
    parts.push(readEscape(reader, origin));
  }
}

function unendedText(character: string): string {
  return character === '' || character === '\n'
    ? 'a quoted text is not closed on its line; close it, or use """ for several lines'
    : 'a quoted text holds a control character; write it as an escape such as \\t';
}

function readEscape(reader: CharacterReader, origin: Origin): string {
  const letter = reader.peek();
  const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (plain !== undefined) {
    reader.take();
    return plain;
  }
  const digits = [1, 2, 3, 4].map((ahead) => reader.peek(ahead)).join('');
  if (letter !== 'u' || !/^[0-9a-f]{4}$/i.test(digits)) {
    throw new ConfigError(
      origin,
      'a quoted text has an unknown escape; allowed after \\ are " \\ / b f n r t and u with four hexadecimal digits',
    );
  }
  reader.take(5);
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** Quotes beyond the closing three belong to the text. */
function readTripleQuoted(reader: CharacterReader, origin: Origin): string {
  reader.take(3);
  const text = reader.takeUntil('"""');
  if (text === undefined) {
    throw new ConfigError(origin, 'a text that begins with """ is never closed');
  }
  const quotes = reader.takeWhile((character) => character === '"');
  return text + quotes.slice(3);
}
