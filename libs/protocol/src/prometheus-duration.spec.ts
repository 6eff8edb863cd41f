import { expect, it } from 'vitest';
import { parseDurationMs } from './prometheus-duration.js';

it.each([
  ['1ms', 1],
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1y2w', (365 + 14) * 86_400_000],
  ['0s', undefined],
  ['', undefined],
  ['15', undefined],
  ['1.5s', undefined],
  ['-1s', undefined],
  ['1s1m', undefined],
  [' 1s', undefined],
  ['300y', undefined],
  [`${'9'.repeat(400)}s`, undefined],
] as const)('the duration %j has %s milliseconds', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected);
});
