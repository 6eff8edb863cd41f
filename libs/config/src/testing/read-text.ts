import { assemble } from '../hocon/assemble.js';
import { type ConfigObject, toJson } from '../hocon/config-value.js';
import { parseHocon } from '../hocon/parser.js';
import { resolve } from '../hocon/resolve.js';

/** A HOCON text without includes, resolved; its origins are lines of `test.conf`. */
export const readText = (text: string, env: Readonly<Record<string, string>> = {}): ConfigObject =>
  resolve(assemble(parseHocon(text, 'test.conf').root), { env });

/** The same as JSON text, keys in the order they appear. */
export const textToJson = (text: string, env?: Readonly<Record<string, string>>): string =>
  toJson(readText(text, env));
