import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.js';
import { ConfigError } from './config-error.js';
import { toJson } from './config-value.js';
import { parseHocon } from './parser.js';
import { parseProperties } from './properties.js';
import { resolve } from './resolve.js';
import type { ParsedDocument } from './syntax.js';

/** Pieces that documents are made of, so that chance finds its way past the first few characters. */
const PIECES = [
  'a',
  'b',
  'a.b',
  '1',
  '-1.5e3',
  'true',
  'null',
  '"x"',
  '"',
  '"""',
  '\\',
  '\\u00',
  ' ',
  '\n',
  '\t',
  '{',
  '}',
  '[',
  ']',
  ':',
  '=',
  '+=',
  ',',
  '${a}',
  '${?b}',
  '${',
  '$',
  '#',
  '//',
  'include',
  'include "f"',
  'required(',
  ')',
  '__proto__',
  'é',
  '\0',
];

const garbage = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** Whether it was read; anything thrown but our own error fails the test. */
function isRead(parse: (text: string, source: string) => ParsedDocument, text: string): boolean {
  try {
    toJson(resolve(assemble(parse(text, 'x').root), { env: { a: 'e' } }));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return false;
  }
}

describe('whatever stands in a document', () => {
  it.each([
    ['HOCON', parseHocon],
    ['properties', parseProperties],
  ])('it is read, or refused in words: %s', (_, parse) => {
    let read = 0;

    fc.assert(
      fc.property(garbage, (text) => {
        read += isRead(parse, text) ? 1 : 0;
      }),
      { numRuns: 3000 },
    );

    expect(read).toBeGreaterThan(0);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('reads what JSON writes as HOCON, too', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (written) => {
        const json = JSON.stringify(written);

        const text = toJson(resolve(assemble(parseHocon(json, 'x').root), { env: {} }));

        expect(JSON.parse(text)).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });
});
