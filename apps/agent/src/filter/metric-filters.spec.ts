import { expect, it } from 'vitest';
import { recordingLogger } from '../testing/recording-logger.js';
import { type FilterConfig, MetricFilters } from './metric-filters.js';

const filtersOf = (configs: FilterConfig[]) =>
  new MetricFilters(configs, recordingLogger().logger, () => undefined);

const config = (path: string, metricNameAllow: string[], metricNameDeny: string[]): FilterConfig => ({
  path,
  metricNameAllow,
  metricNameDeny,
});

const keptBy = (filters: MetricFilters, text: string): string | undefined => {
  const lines = filters.find('a')?.begin();
  return lines === undefined
    ? undefined
    : `${String(lines.push(Buffer.from(text)))}${String(lines.finish())}`;
};

it('a path has the filter of its last entry with patterns, or none', () => {
  const filters = filtersOf([
    config('a', ['x'], []),
    config('a', [], ['x']),
    config('a', [], []),
    config('b', [], []),
  ]);

  expect(filters.paths).toEqual(['a']);
  expect(keptBy(filters, 'x 1\ny 1')).toBe('y 1');
  expect(filters.find('b')).toBeUndefined();
  expect(filters.find('/a')).toBeUndefined();
});

it('an unchecked pattern that cannot be used is said with its path', () => {
  expect(() => filtersOf([config('a', [], ['('])])).toThrow(
    'the metric filter of a cannot use "(": Unterminated group',
  );
});
