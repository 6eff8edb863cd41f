import { expect, test } from 'vitest';
import { median, quantile, shown } from './figures.ts';

test.each([
  [[], NaN],
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test('a quantile between two values lies between them in proportion', () => {
  expect(quantile([0, 10, 20, 30], 0.99)).toBeCloseTo(29.7);
});

test.each([
  [undefined, '–'],
  [NaN, '–'],
  [0, '0'],
  [0.04567, '0.046'],
  [4.567, '4.57'],
  [456.7, '457'],
  [45_670, '45,670'],
])('%d is shown as %s', (value, words) => {
  expect(shown(value)).toBe(words);
});
