import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { MetricsPage } from '../../../../test/support/metrics-page.js';
import type { ScrapeRecord } from '../scrape/scrape-observer.js';
import { failure } from '../scrape/scrape-failure.js';
import { ProxyMetrics } from './proxy-metrics.js';

const COUNT = 'proxy_scrape_request_latency_seconds_count';

function setUp(options: { isEnabled?: boolean; maxPaths?: number }) {
  const registry = new Registry();
  const metrics = new ProxyMetrics(registry, { isEnabled: true, maxPaths: 100, ...options });
  const page = async (): Promise<MetricsPage> => new MetricsPage(await registry.metrics());
  return { metrics, page };
}

describe('the series of paths', () => {
  it('are bounded however many paths there are; the sum over all stays right', async () => {
    const { metrics, page } = setUp({ maxPaths: 100 });

    for (let path = 0; path < 20_000; path += 1) metrics.scraped(success(`path-${path}`));

    const now = await page();
    const paths = new Set(
      now.samples.map(({ labels }) => labels['path']).filter((path) => path !== undefined),
    );
    expect(paths.size).toBe(101);
    expect(now.sum(COUNT)).toBe(20_000);
    expect(now.sum(COUNT, { path: '' })).toBe(19_900);
    expect([metrics.pathBound.limit, metrics.pathBound.reached.value]).toEqual([100, 19_900]);
  });

  it('make room for others when a path is no longer known', async () => {
    const { metrics, page } = setUp({ maxPaths: 1 });
    metrics.scraped(success('old'));

    metrics.retainPaths((path) => path !== 'old');
    metrics.scraped(success('new'));

    const now = await page();
    expect([now.sum(COUNT, { path: 'old' }), now.sum(COUNT, { path: 'new' })]).toEqual([undefined, 1]);
    expect(now.samples.filter(({ labels }) => labels['path'] === 'old')).toEqual([]);
  });

  it('can be switched off: then all are one', async () => {
    const { metrics, page } = setUp({ isEnabled: false });

    metrics.scraped(success('one'));
    metrics.scraped({ ...success('two'), answer: failure('timed_out', '') });

    const now = await page();
    expect(now.samples.filter(({ labels }) => (labels['path'] ?? '') !== '')).toEqual([]);
    expect(now.sum(COUNT, { path: '' })).toBe(2);
    expect(metrics.pathBound.reached.value).toBe(0);
  });

  it('say where the time of a path went, when its agent says it', async () => {
    const { metrics, page } = setUp({});
    const times = { queueSecs: 1, linkSecs: 2, targetSecs: 3 };
    const record = success('app');

    metrics.scraped({ ...record, answer: { ...record.answer, times } as ScrapeRecord['answer'] });
    metrics.scraped(record);

    const now = await page();
    const stages = ['queue', 'link', 'target'];
    const path = 'app';
    expect(stages.map((stage) => now.sum('proxy_path_stage_seconds_total', { path, stage }))).toEqual([
      1, 2, 3,
    ]);
    expect(stages.map((stage) => now.sum('proxy_scrape_stage_seconds_sum', { stage }))).toEqual([1, 2, 3]);
    expect(now.sum('proxy_scrape_stage_seconds_count', { stage: 'link' })).toBe(1);
  });
});

function success(path: string): ScrapeRecord {
  const body = { encoding: 'gzip', pieces: [], byteCount: 10, release: () => undefined } as const;
  return {
    path,
    agentName: 'edge',
    answer: { kind: 'success', status: 200, contentType: '', body },
    durationMs: 1,
  };
}
