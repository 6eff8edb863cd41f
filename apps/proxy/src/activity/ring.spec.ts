import { describe, expect, it } from 'vitest';
import { Ring } from './ring.js';

describe('a ring', () => {
  it.each([
    [0, []],
    [1, [4]],
    [3, [4, 3, 2]],
    [4, [4, 3, 2, 1]],
    [9, [4, 3, 2, 1]],
  ])('for %d things keeps the last of four, the newest first', (capacity, kept) => {
    const ring = new Ring<number>(capacity);

    [1, 2, 3, 4].forEach((item) => ring.push(item));

    expect(ring.newestFirst()).toEqual(kept);
    expect(ring.size).toBe(kept.length);
  });
});
