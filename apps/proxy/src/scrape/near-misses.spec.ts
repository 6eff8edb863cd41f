import { describe, expect, it } from 'vitest';
import { nearMisses } from './near-misses.js';

const among = (paths: string[]): { path: string }[] => paths.map((path) => ({ path }));

describe('near misses', () => {
  it.each([
    ['another case', 'App', ['app']],
    ['another separator', 'app-metrics', ['app_metrics', 'app/metrics']],
    ['a letter', 'node_metricz', ['node_metrics']],
    ['a part of a path', 'node', ['node_exporter']],
    ['a path and more', 'app/metrics', ['app']],
  ])('are paths that differ in %s', (_title, wanted, expected) => {
    const misses = nearMisses(wanted, among([...expected, 'something-else']));

    expect(misses).toEqual(expected);
  });

  it('are none where nothing is alike, or the part is too short to say anything', () => {
    expect(nearMisses('a', among(['apple', 'banana']))).toEqual([]);
    expect(nearMisses('postgres', among(['mysql']))).toEqual([]);
    expect(nearMisses('app', among([]))).toEqual([]);
  });

  it('are three at most', () => {
    expect(nearMisses('app', among(['app1', 'app2', 'app3', 'app4']))).toEqual(['app1', 'app2', 'app3']);
  });

  it('are looked for in a bounded part of a large table', () => {
    const paths = Array.from({ length: 10_000 }, (_, index) => `other${index}`);

    expect(nearMisses('app', among([...paths, 'app1']))).toEqual([]);
  });

  it('are not looked for where the name is so long that comparing takes long', () => {
    expect(nearMisses('a'.repeat(129), among(['a'.repeat(128)]))).toEqual([]);
  });
});
