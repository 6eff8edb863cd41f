import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageFraming } from './message-framing.js';

const PIECE_COST = 400;

const message = (byteCount: number, flag = 0): Buffer => {
  const framed = Buffer.alloc(5 + byteCount, 'x');
  framed.writeUInt8(flag, 0);
  framed.writeUInt32BE(byteCount, 1);
  return framed;
};

const keptAfter = (...pieces: Buffer[]): number => {
  const framing = new MessageFraming();
  pieces.forEach((piece) => framing.take(piece));
  return framing.keptBytes;
};

describe('what is kept of a call', () => {
  it.each([
    ['a whole message', [message(10)], 0],
    ['an empty message', [message(0)], 0],
    ['three messages in one piece', [Buffer.concat([message(1), message(0), message(700)])], 0],
    ['a message with a flag', [message(300, 255)], 0],
    ['nothing', [Buffer.alloc(0)], 0],
    ['part of a head', [message(10).subarray(0, 3)], 3 + PIECE_COST],
    ['a head alone', [message(10).subarray(0, 5)], 5 + PIECE_COST],
    ['all but a byte', [message(10).subarray(0, 14)], 14 + PIECE_COST],
    [
      'a message and part of the next',
      [Buffer.concat([message(9), message(10).subarray(0, 6)])],
      6 + PIECE_COST,
    ],
    ['two pieces of one', [message(10).subarray(0, 6), message(10).subarray(6, 9)], 9 + 2 * PIECE_COST],
  ] as const)('after %s is what has not become a message', (_title, pieces, kept) => {
    expect(keptAfter(...pieces)).toBe(kept);
  });

  it('is nothing whenever all messages are whole, however they were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (sizes, cuts) => {
          const framing = new MessageFraming();
          const all = Buffer.concat(sizes.map((size) => message(size)));
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const end = at + (cuts[turn % cuts.length] ?? 1);
            framing.take(all.subarray(at, end));
            at = end;
          }
          expect(framing.keptBytes).toBe(0);
        },
      ),
    );
  });
});
