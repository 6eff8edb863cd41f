import { expect, test } from 'vitest';
import { MemoryBudget } from './memory-budget.js';

test('shares take what fits, exactly to the last byte', () => {
  const budget = new MemoryBudget(10);
  const one = budget.open();
  const other = budget.open();

  const taken = [one.grow(6), other.grow(5), other.grow(4), one.grow(1)];

  expect(taken).toEqual([true, false, true, false]);
  expect(budget.usedBytes).toBe(10);
});

test('a released share gives everything back once, and takes nothing more', () => {
  const budget = new MemoryBudget(10);
  const share = budget.open();
  share.grow(8);
  share.shrink(3);

  share.release();
  share.release();

  expect(budget.usedBytes).toBe(0);
  expect(share.grow(1)).toBe(false);
});

test('a share never gives back more than it holds', () => {
  const budget = new MemoryBudget(10);
  const share = budget.open();
  share.grow(2);

  share.shrink(5);

  expect(budget.usedBytes).toBe(0);
});
