import type { OptionRow } from '../options/option-rows.js';

/** A value other than the default, as JSON writes it; an option of a list of objects holds more than is written. */
export type SampleValue = string | number | boolean | readonly string[] | readonly [object];

/** @param element - what a list of objects is to hold */
export function sampleOf(row: OptionRow, element: object | undefined): SampleValue {
  switch (row.type) {
    case 'int':
      return [7, 2_000].find((value) => value !== row.default && (row.check?.holds(value) ?? true)) ?? 0;
    case 'boolean':
      return !row.default;
    case 'enum':
      return row.words.find((word) => word !== row.default && word !== '') ?? '';
    case 'string':
      return 'sample';
    case 'strings':
      return ['a', 'b'];
    case 'objects':
      return [element ?? {}];
  }
}

/** A value as dotted keys with texts, the items of lists by their numbers. */
export function leavesOf(key: string, value: unknown): [key: string, text: string][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([part, inner]) => leavesOf(`${key}.${part}`, inner))
    : [[key, String(value)]];
}
