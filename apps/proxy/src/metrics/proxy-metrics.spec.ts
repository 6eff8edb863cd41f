import { FAILURE_CODES } from '@app/protocol';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { MetricsPage } from '../../../../test/support/metrics-page.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { ScrapeSuccess } from '../scrape/scrape-answer.js';
import { failure } from '../scrape/scrape-failure.js';
import { ProxyMetrics } from './proxy-metrics.js';

const success = (encoding: 'gzip' | 'identity', byteCount: number): ScrapeSuccess => ({
  kind: 'success',
  status: 200,
  contentType: '',
  body: { encoding, pieces: [], byteCount, release: () => undefined },
});

describe('the metrics of the proxy', () => {
  let registry: Registry;
  let metrics: ProxyMetrics;

  beforeEach(() => {
    registry = new Registry();
    metrics = new ProxyMetrics(registry, { isEnabled: true, maxPaths: 100 });
  });

  const page = async (): Promise<MetricsPage> => new MetricsPage(await registry.metrics());

  it('are all there from the start, at zero', async () => {
    const { samples } = await page();

    const series = samples.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`).toSorted();
    expect(samples.filter(({ value }) => value !== 0)).toEqual([]);
    expect(series.filter((one) => !/^proxy_scrape_(requests_total|stage_seconds)/.test(one))).toEqual([
      'proxy_agent_displacement_total{}',
      'proxy_chunk_validation_failures_total{"stage":"chunk"}',
      'proxy_chunk_validation_failures_total{"stage":"summary"}',
      'proxy_chunked_transfers_abandoned_total{}',
      'proxy_connect_count_total{}',
      'proxy_eviction_count_total{}',
      'proxy_heartbeat_count_total{}',
      'proxy_path_conflicts_total{}',
      'proxy_scrapes_abandoned_total{}',
      'proxy_sessions_ended_total{"cause":"disconnected"}',
      'proxy_sessions_ended_total{"cause":"displaced"}',
      'proxy_sessions_ended_total{"cause":"evicted"}',
      'proxy_sessions_ended_total{"cause":"revoked"}',
      'proxy_sessions_ended_total{"cause":"stopping"}',
      'proxy_sessions_ended_total{"cause":"violation"}',
      'proxy_unknown_results_total{}',
    ]);
    const reasons = samples
      .filter(({ name }) => name === 'proxy_scrape_requests_total')
      .map(({ labels }) => labels['reason']);
    expect(new Set(reasons)).toEqual(new Set(['', ...FAILURE_CODES]));
    const stages = samples.map(({ labels }) => labels['stage']);
    expect(new Set(stages)).toEqual(new Set([undefined, 'queue', 'link', 'target', 'chunk', 'summary']));
  });

  it.each([
    ['timed_out', 'timed_out'],
    ['upstream_timed_out', 'upstream_timed_out'],
    ['invalid_path', 'invalid_path'],
    ['agent_gone', 'invalid_agent_context'],
    ['agent_disconnected', 'agent_disconnected'],
    ['target_unreachable', 'upstream_error'],
    ['upstream_error', 'upstream_error'],
    ['path_not_found', 'path_not_found'],
    ['content_too_large', 'content_too_large'],
    ['payload_too_large', 'payload_too_large'],
    ['invalid_payload', 'invalid_gzip'],
    ['overloaded', 'no_agents'],
    ['proxy_stopping', 'proxy_stopped'],
  ] as const)('count %s under the type existing dashboards know: %s', async (reason, type) => {
    metrics.scraped({ path: 'app', agentName: 'edge', answer: failure(reason, ''), durationMs: 20 });

    const now = await page();
    expect(now.sum('proxy_scrape_requests_total', { type, reason })).toBe(1);
    expect(now.sum('proxy_scrape_requests_total')).toBe(1);
    expect(now.sum('proxy_scrape_request_latency_seconds_count', { path: 'app', outcome: type })).toBe(1);
    expect(now.sum('proxy_scrape_response_bytes_count')).toBeUndefined();
  });

  it('count a success, how long it took and how large it was', async () => {
    metrics.scraped({ path: 'app', agentName: 'edge', answer: success('gzip', 5_000), durationMs: 20 });
    metrics.scraped({ path: 'app', agentName: 'edge', answer: success('identity', 100), durationMs: 30 });

    const now = await page();
    expect(now.sum('proxy_scrape_requests_total', { type: 'success', reason: '' })).toBe(2);
    expect(now.sum('proxy_scrape_request_latency_seconds_sum', { path: 'app', outcome: 'success' })).toBe(
      0.05,
    );
    expect(now.sum('proxy_scrape_response_bytes_sum', { path: 'app', encoding: 'gzipped' })).toBe(5_000);
    expect(now.sum('proxy_scrape_response_bytes_sum', { path: 'app', encoding: 'plain' })).toBe(100);
  });

  it('have no series for a path that a scraper made up', async () => {
    metrics.scraped({
      path: 'made-up',
      agentName: undefined,
      answer: failure('invalid_path', ''),
      durationMs: 1,
    });

    expect(await registry.metrics()).not.toContain('made-up');
  });

  it('count scrapes that nobody waited for apart', async () => {
    metrics.scraped({ path: 'app', agentName: 'edge', answer: { kind: 'abandoned' }, durationMs: 1 });

    const now = await page();
    expect([now.sum('proxy_scrapes_abandoned_total'), now.sum('proxy_scrape_requests_total')]).toEqual([
      1, 0,
    ]);
  });

  it('count how sessions end, displaced ones also under the name existing dashboards know', async () => {
    const session = {} as StreamSession;
    metrics.sessionEnded(session, { cause: 'displaced', words: '' });
    metrics.sessionEnded(session, { cause: 'disconnected', words: '' });

    const now = await page();
    expect(now.sum('proxy_agent_displacement_total')).toBe(1);
    expect(now.sum('proxy_sessions_ended_total', { cause: 'disconnected' })).toBe(1);
  });

  it('count everything else by its own name', async () => {
    metrics.connected();
    metrics.heartbeat();
    metrics.evicted(3);
    metrics.pathConflict();
    metrics.transferProblem('unknown_scrape');
    metrics.transferProblem('chunk');
    metrics.transferProblem('abandoned');

    const now = await page();
    const names = ['connect_count', 'heartbeat_count', 'eviction_count', 'path_conflicts', 'unknown_results'];
    const counts = names.map((name) => now.sum(`proxy_${name}_total`));
    expect(counts).toEqual([1, 1, 3, 1, 1]);
    expect(now.sum('proxy_chunk_validation_failures_total', { stage: 'chunk' })).toBe(1);
    expect(now.sum('proxy_chunked_transfers_abandoned_total')).toBe(1);
  });

  it('forget the series of a path that nobody knows any more, and keep those of the others', async () => {
    const answer = success('gzip', 10);
    for (const path of ['gone', 'here']) {
      metrics.scraped({ path, agentName: 'edge', answer, durationMs: 1 });
      metrics.scraped({ path, agentName: 'edge', answer: failure('timed_out', ''), durationMs: 1 });
    }

    metrics.retainPaths((path) => path === 'here');

    const { samples } = await page();
    const paths = samples.map(({ labels }) => labels['path']).filter((path) => path !== undefined);
    expect(new Set(paths)).toEqual(new Set(['here']));
    expect((await page()).sum('proxy_scrape_requests_total', { type: 'success' })).toBe(2);
  });
});
