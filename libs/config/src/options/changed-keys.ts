import { isDeepStrictEqual } from 'node:util';
import type { OptionRows } from './option-rows.js';
import { findValue } from './option-values.js';

/** The keys of a table, without the program's prefix, that have another value now. */
export function changedKeys(rows: OptionRows, before: unknown, now: unknown): string[] {
  return Object.keys(rows).filter((key) => !isDeepStrictEqual(findValue(before, key), findValue(now, key)));
}
