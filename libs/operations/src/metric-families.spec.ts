import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Bound } from './bound.js';
import { showBounds } from './bound-metrics.js';
import { renderMetrics } from './exposition.js';
import { CounterFamily, HistogramFamily, ReadFamily } from './metric-families.js';

const TEXT = Registry.PROMETHEUS_CONTENT_TYPE;
const OPEN = Registry.OPENMETRICS_CONTENT_TYPE;

describe('a counter', () => {
  it('stands at zero from the moment its series is asked for, and counts', async () => {
    const registry = new Registry();
    const family = new CounterFamily(registry, { name: 'x_total', help: 'X', labelNames: ['kind'] });
    family.series({ kind: 'a' });
    family.series({ kind: 'b' }).add(3);

    expect(await lines(registry)).toEqual([
      '# HELP x_total X',
      '# TYPE x_total counter',
      'x_total{kind="a"} 0',
      'x_total{kind="b"} 3',
    ]);
  });

  it('loses a series that is removed', async () => {
    const registry = new Registry();
    const family = new CounterFamily(registry, { name: 'x_total', help: 'X', labelNames: ['kind'] });
    family.remove(family.series({ kind: 'a' }));

    expect(await lines(registry)).toHaveLength(2);
  });

  it('is named as OpenMetrics wants it', async () => {
    const registry = new Registry();
    new CounterFamily(registry, { name: 'x_total', help: 'X' }).series({}).add();

    expect(await renderMetrics(registry, OPEN, new Set())).toBe(
      '# HELP x X\n# TYPE x counter\nx_total 1\n# EOF\n',
    );
  });

  it('may be asked for by its older name, as a metric without a type', async () => {
    const registry = new Registry();
    new CounterFamily(registry, { name: 'x_total', help: 'X' }).series({}).add(2);
    new CounterFamily(registry, { name: 'y_total', help: 'Y' }).series({});

    const page = await renderMetrics(registry, TEXT, new Set(), ['x_total']);
    const alone = await renderMetrics(registry, TEXT, new Set(['x']), ['x_total']);

    expect(page).toContain('# TYPE x untyped\nx 2\n');
    expect(page).not.toContain('\ny 0');
    expect(alone).toBe('# HELP x X: the older name of x_total\n# TYPE x untyped\nx 2\n');
  });
});

describe('a histogram', () => {
  it.each([
    ['below the first bound', 0.5, '1:1 2:1 +Inf:1'],
    ['at a bound', 1, '1:1 2:1 +Inf:1'],
    ['between bounds', 1.5, '1:0 2:1 +Inf:1'],
    ['above all bounds', 3, '1:0 2:0 +Inf:1'],
  ])('counts what is %s', async (_where, value, expected) => {
    const registry = new Registry();
    const family = new HistogramFamily(registry, { name: 'x', help: 'X', buckets: [1, 2] });
    family.series({}).observe(value);

    const page = await lines(registry);
    const buckets = page.flatMap((line) => /le="(.*)"\} (\d)/.exec(line)?.slice(1).join(':') ?? []);
    expect(buckets.join(' ')).toBe(expected);
    expect(page.slice(-2)).toEqual([`x_sum ${value}`, 'x_count 1']);
  });
});

describe('a metric that is kept elsewhere', () => {
  it('is read when the page is, and shows NaN where that fails', async () => {
    const registry = new Registry();
    let value = 1;
    void new ReadFamily(registry, 'gauge', { name: 'good', help: 'G' }, () => [{ labels: {}, value }]);
    void new ReadFamily(registry, 'gauge', { name: 'bad', help: 'B' }, () => {
      throw new Error('no');
    });
    value = 2;

    const page = await lines(registry);

    expect(page).toContain('good 2');
    expect(page).toContain('bad Nan');
  });
});

describe('a bound', () => {
  it('shows its limit and how often it was reached', async () => {
    const registry = new Registry();
    const bound = new Bound(2);
    showBounds(registry, 'x', { seats: bound }, { bus: '7' });

    const answers = [1, 2, 3, 4].map((count) => bound.admits(count));

    expect(answers).toEqual([true, true, false, false]);
    expect((await lines(registry)).filter((line) => !line.startsWith('#'))).toEqual([
      'x_bound_limit{bus="7",bound="seats"} 2',
      'x_bound_reached_total{bus="7",bound="seats"} 2',
    ]);
  });
});

describe('a page of many series', () => {
  it('is rendered whole, and lets others have their turn meanwhile', async () => {
    const registry = new Registry();
    const family = new CounterFamily(registry, { name: 'x_total', help: 'X', labelNames: ['at'] });
    for (let at = 0; at < 5_000; at += 1) family.series({ at: String(at) }).add(at);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);

    const page = await lines(registry);
    isDone = true;

    expect(turns).toBeGreaterThanOrEqual(9);
    expect(page.slice(0, 2)).toEqual(['# HELP x_total X', '# TYPE x_total counter']);
    expect(page.slice(2)).toEqual(Array.from({ length: 5_000 }, (_one, at) => `x_total{at="${at}"} ${at}`));
  });
});

async function lines(registry: Registry): Promise<string[]> {
  return (await renderMetrics(registry, TEXT, new Set())).split('\n').filter((line) => line !== '');
}
