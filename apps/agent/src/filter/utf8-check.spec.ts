import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Utf8Check } from './utf8-check.js';

function check(pieces: readonly Buffer[]): boolean {
  const utf8 = new Utf8Check();
  const verdicts = pieces.map((piece) => utf8.push(piece));
  return verdicts.every(Boolean) && utf8.finish();
}

const bytewise = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.from([byte]));

it('text is valid wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.nat({ max: 40 }), (text, at) => {
      const bytes = Buffer.from(text);

      expect(check([bytes.subarray(0, at), bytes.subarray(at)])).toBe(true);
      expect(check(bytewise(bytes))).toBe(true);
    }),
  );
});

it('any bytes are judged as they are when they come at once', () => {
  const leads = fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff);
  fc.assert(
    fc.property(fc.array(leads, { maxLength: 8 }), fc.nat({ max: 8 }), (given, at) => {
      const bytes = Buffer.from(given);

      expect(check([bytes.subarray(0, at), bytes.subarray(at)])).toBe(isUtf8(bytes));
      expect(check(bytewise(bytes))).toBe(isUtf8(bytes));
    }),
  );
});
