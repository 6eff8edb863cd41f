import { ConfigError } from './config-error.js';
import { parseHocon } from './parser.js';
import type { ParsedDocument } from './syntax.js';

/** A strict JSON document. @throws {ConfigError} on what HOCON allows beyond JSON, too */
export function parseJson(text: string, source: string): ParsedDocument {
  const bare = text.replace(/^\u{feff}/u, '');
  try {
    JSON.parse(bare);
  } catch (error) {
    throw new ConfigError({ source, line: lineOf(error, bare) }, 'this is not valid JSON');
  }
  return parseHocon(bare, source);
}

/** The message of the error is not passed on, for it quotes the text; only the place it names is used. */
function lineOf(error: unknown, text: string): number {
  const place = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  const before = place?.[1] === undefined ? text : text.slice(0, Number(place[1]));
  return before.split('\n').length;
}
