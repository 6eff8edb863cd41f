import type { BooleanRow, EnumRow, IntRow, OptionRow, StringRow } from './option-rows.js';

export type ScalarRow = StringRow | IntRow | IntRow<number | undefined> | BooleanRow | EnumRow;

/** A value, or the words for what is allowed instead. */
export type Parsed<T = unknown> =
  | { readonly kind: 'ok'; readonly value: T; readonly notice?: string }
  | { readonly kind: 'wrong'; readonly allowed: string };

const LEAST_INT = -2_147_483_648;
const MOST_INT = 2_147_483_647;

/** What a row takes, in words. */
export function allowedText(row: OptionRow): string {
  switch (row.type) {
    case 'string':
      return row.check?.allowed ?? 'text';
    case 'int':
      return row.check === undefined ? 'a whole number' : `a whole number, ${row.check.allowed}`;
    case 'boolean':
      return 'true or false';
    case 'enum':
      return row.words.map((word) => (word === '' ? 'empty' : word)).join(', ');
    case 'strings':
      return 'a list of texts';
    case 'objects':
      return 'a list of objects';
  }
}

/** The value a flag or a variable gives as text. Numbers and booleans are taken strictly. */
export function parseScalar(row: ScalarRow, text: string): Parsed {
  switch (row.type) {
    case 'string':
      return checkText(row, text);
    case 'int':
      return /^[+-]?\d{1,10}$/.test(text) ? checkInt(row, Number(text)) : wrong(row);
    case 'boolean':
      return /^(true|false)$/i.test(text) ? ok(text.toLowerCase() === 'true') : wrong(row);
    case 'enum':
      return checkWord(row, text);
  }
}

export const ok = <T>(value: T, notice?: string): Parsed<T> => ({ kind: 'ok', value, notice });

export const wrong = (row: OptionRow): Parsed<never> => ({ kind: 'wrong', allowed: allowedText(row) });

export function checkText(row: StringRow, text: string): Parsed<string> {
  return row.check === undefined || row.check.holds(text) ? ok(text) : wrong(row);
}

export function checkInt(row: IntRow<number | undefined>, value: number): Parsed<number> {
  if (value < LEAST_INT || value > MOST_INT || !(row.check?.holds(value) ?? true)) {
    return wrong(row);
  }
  return ok(value === -1 ? (row.minusOneMeans ?? value) : value);
}

export function checkWord(row: EnumRow, text: string): Parsed<string> {
  const word = row.words.find((candidate) => candidate === text.toLowerCase());
  return word === undefined ? wrong(row) : ok(word);
}
