import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberedSlots } from './numbered-slots.js';

describe('numbered slots', () => {
  it('hold what came and has not left, as a Map does, and never give a number twice', () => {
    const ACTIONS = fc.array(fc.nat({ max: 999 }), { maxLength: 600 });
    fc.assert(
      fc.property(ACTIONS, fc.nat({ max: 300 }), (actions, most) => {
        const slots = new NumberedSlots<string>();
        const known = new Map<number, string>();
        const given = new Set<number>();
        for (const action of actions) {
          if (known.size <= most && action % 3 !== 0) {
            slots.add((number) => {
              expect(given.has(number)).toBe(false);
              given.add(number);
              known.set(number, `value ${number}`);
              return `value ${number}`;
            });
          } else {
            const leaving = [...known.keys()][action % Math.max(1, known.size)] ?? action;
            slots.delete(leaving);
            slots.delete(leaving);
            known.delete(leaving);
          }
        }
        expect(slots.size).toBe(known.size);
        expect(slots.values().toSorted()).toEqual([...known.values()].toSorted());
        expect([...given].map((number) => slots.get(number))).toEqual(
          [...given].map((number) => known.get(number)),
        );
      }),
    );
  });

  it('know nothing of a number that nobody could have', () => {
    const slots = new NumberedSlots<string>();
    slots.add(() => 'only');

    expect([0, -1, 1.5, 2 ** 53, Number.NaN].map((number) => slots.get(number))).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('leave one out that stays for long', () => {
    const slots = new NumberedSlots<number>();
    const first = slots.add((number) => number);

    const others = Array.from({ length: 1_000 }, () => {
      const number = slots.add((one) => one);
      slots.delete(number);
      return number;
    });

    expect(new Set([first, ...others]).size).toBe(1_001);
    expect([slots.get(first), slots.size]).toEqual([first, 1]);
  });
});
