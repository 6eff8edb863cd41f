import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { AgentMetrics } from './agent-metrics.js';

const identity = { launchId: 'L', agentName: 'edge-7', hostName: 'host' };

function setUp() {
  const registry = new Registry();
  const metrics = new AgentMetrics(registry, identity);
  const series = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { metrics, registry, series };
}

test('every counter stands at zero from the start', async () => {
  const { series } = setUp();

  const counters = (await series()).filter((line) => line.includes('_total{'));

  expect(counters).toHaveLength(18);
  expect(counters.every((line) => line.endsWith(' 0'))).toBe(true);
});

test('what happens is counted under the names and labels of the wire', async () => {
  const { metrics, series } = setUp();

  metrics.scrapeSucceeded();
  metrics.scrapeOfUnknownPath();
  metrics.scrapeFailed('upstream_timed_out');
  metrics.scrapeCancelled();
  metrics.resultSent('chunked');
  metrics.connected('failure');

  expect((await series()).filter((line) => line.includes('_total{') && line.endsWith(' 1'))).toEqual([
    'agent_scrape_request_count_total{launch_id="L",type="success",reason=""} 1',
    'agent_scrape_request_count_total{launch_id="L",type="invalid_path",reason="path_not_found"} 1',
    'agent_scrape_request_count_total{launch_id="L",type="unsuccessful",reason="upstream_timed_out"} 1',
    'agent_scrape_result_count_total{launch_id="L",type="chunked"} 1',
    'agent_connect_count_total{launch_id="L",type="failure"} 1',
    'agent_scrape_cancelled_total{launch_id="L"} 1',
  ]);
});

test('fetch times fall into the buckets of the wire', async () => {
  const { metrics, series } = setUp();

  metrics.fetched({ targetSecs: 0.02, waitedSecs: 0.3 });

  const buckets = (await series()).filter((line) =>
    line.startsWith('agent_scrape_request_latency_seconds_bucket'),
  );
  const counts = buckets.map((line) => line.replace(/.*le="([^"]+)".* (\d+)$/, '$1:$2'));
  const expected = '0.005:0 0.01:0 0.025:1 0.05:1 0.1:1 0.25:1 0.5:1 1:1 2.5:1 5:1 10:1 +Inf:1';
  expect(counts.join(' ')).toBe(expected);
});

test('the time spent waiting is apart from that of the target', async () => {
  const { metrics, series } = setUp();

  metrics.fetched({ targetSecs: 0.02, waitedSecs: 0.3 });

  expect(await series()).toEqual(
    expect.arrayContaining([
      'agent_scrape_queue_seconds_sum{launch_id="L"} 0.3',
      'agent_scrape_request_latency_seconds_sum{launch_id="L",agent_name="edge-7"} 0.02',
    ]),
  );
});

test('a path has one series for each filter metric while it has a filter', async () => {
  const { metrics, series } = setUp();

  metrics.filtersPaths(['old']);
  metrics.filtersPaths(['app']);
  metrics.filtered('old', { droppedLines: 2, droppedBytes: 30 });
  metrics.filtered('app', { droppedLines: 2, droppedBytes: 30 });
  metrics.filtered('app', { droppedLines: 1, droppedBytes: 10 });

  expect((await series()).filter((line) => line.startsWith('agent_filter'))).toEqual([
    'agent_filter_lines_dropped_total{launch_id="L",path="app"} 3',
    'agent_filter_bytes_saved_total{launch_id="L",path="app"} 40',
  ]);
});

test('gauges show what there is when they are read', async () => {
  const { metrics, series } = setUp();
  let backlog = 1;
  metrics.gauge('agent_scrape_backlog_size', 'Agent scrape backlog size', () => backlog);
  backlog = 2;

  const gauges = (await series()).filter((line) => !/_total|latency|start_time|queue/.test(line));

  expect(gauges).toEqual(['agent_scrape_backlog_size{launch_id="L"} 2']);
});

test('help and start time are those of the wire', async () => {
  const { registry, series } = setUp();

  const text = await registry.metrics();
  const start = (await series()).find((line) => line.startsWith('agent_start_time_seconds'));

  expect(text).toContain('# HELP agent_scrape_request_count_total Agent scrape request count');
  expect(text).toContain('# TYPE agent_scrape_request_latency_seconds histogram');
  expect(Number(start?.split(' ')[1])).toBeGreaterThan(1_600_000_000);
});
