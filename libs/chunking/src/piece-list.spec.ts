import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PieceList } from './piece-list.js';

it('PieceList gives back every byte in order, whatever the sizes and however often it is emptied', () => {
  const step = fc.record({
    byteCount: fc.oneof(
      fc.nat(5),
      fc.integer({ min: 1000, max: 1100 }),
      fc.integer({ min: 5000, max: 9000 }),
    ),
    extraBytes: fc.oneof(fc.constant(0), fc.nat(20_000)),
    isTaken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const list = new PieceList();
      const pushed: Buffer[] = [];
      const taken: Buffer[] = [];

      steps.forEach(({ byteCount, extraBytes, isTaken }, index) => {
        const bytes = Buffer.alloc(byteCount + extraBytes, index + 1);
        list.push(bytes, byteCount);
        pushed.push(bytes.subarray(0, byteCount));
        if (isTaken) {
          taken.push(...list.take());
        }
      });
      taken.push(...list.take());

      expect(Buffer.concat(taken).equals(Buffer.concat(pushed))).toBe(true);
      expect(list.take()).toEqual([]);
    }),
  );
});
