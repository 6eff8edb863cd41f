import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberedSlots } from './numbered-slots.js';

describe('numbered slots', () => {
  it('hold what came and has not left, as a Map does, and never give a number twice', () => {
    const ACTIONS = fc.array(fc.nat({ max: 999 }), { maxLength: 600 });
    fc.assert(
      fc.property(ACTIONS, fc.nat({ max: 300 }), (actions, most) => {
        const slots = new NumberedSlots<{ readonly id: number }>();
        const known = new Map<number, { readonly id: number }>();
        const given = new Set<number>();
        for (const action of actions) {
          if (known.size <= most && action % 3 !== 0) {
            const entry = slots.add((id) => ({ id }));
            expect(given.has(entry.id)).toBe(false);
            given.add(entry.id);
            known.set(entry.id, entry);
          } else {
            const leaving = [...known.keys()][action % Math.max(1, known.size)] ?? action;
            slots.delete(leaving);
            slots.delete(leaving);
            known.delete(leaving);
          }
        }
        expect(slots.size).toBe(known.size);
        expect(new Set(slots.values())).toEqual(new Set(known.values()));
        expect([...given].map((id) => slots.get(id))).toEqual([...given].map((id) => known.get(id)));
      }),
    );
  });

  it('know nothing of a number that nobody could have', () => {
    const slots = new NumberedSlots<{ readonly id: number }>();
    slots.add((id) => ({ id }));

    expect([0, -1, 1.5, 2 ** 53, Number.NaN].map((number) => slots.get(number))).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('leave one out that stays for long', () => {
    const slots = new NumberedSlots<{ readonly id: number }>();
    const first = slots.add((id) => ({ id }));

    const others = Array.from({ length: 1_000 }, () => {
      const { id } = slots.add((given) => ({ id: given }));
      slots.delete(id);
      return id;
    });

    expect(new Set([first.id, ...others]).size).toBe(1_001);
    expect([slots.get(first.id), slots.size]).toEqual([first, 1]);
  });
});
