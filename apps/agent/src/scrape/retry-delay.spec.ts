import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-delay.js';

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [4, 5_000],
  [9, 5_000],
])('retry %i waits at least %i ms', (retry, delayMs) => {
  expect(retryDelayMs(retry, 0, () => 0)).toBe(delayMs);
});

test('up to a second comes on top', () => {
  expect(retryDelayMs(1, 0, () => 1)).toBe(2_000);
});

test('a target that asks for more time gets it', () => {
  expect(retryDelayMs(1, 7, () => 0)).toBe(7_000);
  expect(retryDelayMs(1, 1, () => 0.5)).toBe(1_500);
});
