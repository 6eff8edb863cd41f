import { expect, test } from 'vitest';
import { reconnectDelayMs } from './reconnect-pacing.js';

const pauseMs = 3_000;

test.each([
  ['the least', 0, 2_400],
  ['the middle', 0.5, 3_000],
  ['the most', 1, 3_600],
])(
  'after a failed round the pause is the configured one give or take a fifth: %s',
  (_name, random, delayMs) => {
    expect(reconnectDelayMs(0, { pauseMs, random: () => random })).toBeCloseTo(delayMs);
  },
);

test('a connection that was lost soon after it was made waits for the pause', () => {
  expect(reconnectDelayMs(4_000, { pauseMs, random: () => 0.5 })).toBe(3_000);
});

test.each([0, 1])(
  'after a connection that served for long the first retry is all but immediate',
  (random) => {
    const delayMs = reconnectDelayMs(4_001, { pauseMs, random: () => random });

    expect(delayMs).toBeLessThanOrEqual(300);
  },
);
