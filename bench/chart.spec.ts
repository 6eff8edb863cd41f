import { expect, test } from 'vitest';
import { drawChart } from './chart.ts';

const chart = {
  file: 'x',
  title: 'Scrapes <fast>',
  unit: 'scrapes/s',
  series: ['a', 'b'],
  groups: [
    { name: 'small', values: [100, 10_000] },
    { name: 'large', values: [NaN, 1_000] },
  ],
};

/** Height of each bar, in order. */
const heights = (svg: string): number[] =>
  [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="[\d.]+" height="([\d.]+)" fill="#\w+"\/>/g)]
    .map(([, height]) => Number(height))
    .filter((height) => height !== 12);

test('each value is a bar on a logarithmic scale; one that was not measured is none', () => {
  expect(heights(drawChart(chart))).toEqual([0, 240, 120]);
});

test('words are escaped', () => {
  expect(drawChart(chart)).toContain('Scrapes &lt;fast>');
});
