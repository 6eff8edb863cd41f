import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { MetricsPage, readMetrics } from '../support/metrics-page.js';
import { findPromtool, promtool } from '../support/promtool.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers, answersAfter } from '../support/target-behaviours.js';

const BODY = Buffer.from('# TYPE filler gauge\n' + 'filler 1\n'.repeat(5_000));
const SLOW_MS = 300;

/** What existing dashboards ask for. */
const OLD_NAMES = {
  proxy: ['scrape_requests', 'connect_count', 'eviction_count', 'heartbeat_count'],
  agent: [
    'scrape_request_count',
    'scrape_result_count',
    'connect_count',
    'filter_lines_dropped',
    'filter_bytes_saved',
  ],
};

describe('the metrics of both programs, after scrapes that went well and badly', () => {
  const stage = stagePerSuite();
  let proxy: ProxyProcess;
  let agent: AgentProcess;

  beforeAll(async () => {
    const metrics = { legacyNames: true };
    const target = await HttpTarget.start(stage, {
      '/metrics': answers(BODY),
      '/slow': answersAfter(SLOW_MS, 'slow 1\n'),
      '/ill': answers('', { status: 500 }),
    });
    proxy = await ProxyProcess.start(stage, { config: { metrics } });
    agent = await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      paths: ['metrics', 'slow', 'ill'].map((path) => ({ path, url: target.url(`/${path}`) })),
      config: { filters: [{ path: 'metrics', metricNameAllow: [], metricNameDeny: ['nothing'] }] },
      // The config block of the metrics is the harness's own.
      args: ['-Dagent.metrics.legacyNames=true'],
    });
    await waitForPaths(proxy, 3);
    for (const path of ['metrics', 'metrics', 'slow', 'ill', 'nowhere']) {
      await scrape(proxy.url(path), { giveUpAfterMs: 5_000 });
    }
  });

  const portOf = (name: 'proxy' | 'agent'): number =>
    name === 'proxy' ? proxy.ports.metrics : agent.metricsPort;

  for (const major of [2, 3] as const) {
    const file = findPromtool(major);
    const title = `have nothing that promtool of Prometheus ${major} would complain about`;

    it.skipIf(file === undefined).each(['proxy', 'agent'] as const)(
      file === undefined ? `${title}, not installed: %s` : `${title}: %s`,
      async (name) => {
        const page = await (await fetch(`http://127.0.0.1:${portOf(name)}/metrics`)).text();

        expect(await promtool(file!, ['check', 'metrics'], page)).toEqual({ isContent: true, words: '' });
      },
    );
  }

  it('say where the time of a scrape went', async () => {
    const page = await readMetrics(proxy.ports.metrics);

    const spent = (part: string): number =>
      page.sum('proxy_path_stage_seconds_total', { path: 'slow', stage: part }) ?? Number.NaN;
    expect(spent('target')).toBeGreaterThan(SLOW_MS / 1_000 - 0.05);
    expect(spent('link') + spent('queue')).toBeLessThan(spent('target'));
    expect(page.sum('proxy_scrape_stage_seconds_count', { stage: 'link' })).toBe(4);
  });

  it('count the bytes of a body on each leg of its way', async () => {
    const pages = { proxy: await readMetrics(portOf('proxy')), agent: await readMetrics(portOf('agent')) };
    const bytes = (of: 'proxy' | 'agent', peer: string, direction: string): number =>
      pages[of].sum(`${of}_transferred_bytes_total`, { peer, direction }) ?? Number.NaN;

    const fromTargets = bytes('agent', 'target', 'received');
    const overLink = bytes('agent', 'proxy', 'sent');
    const toScrapers = bytes('proxy', 'scraper', 'sent');

    expect(fromTargets).toBeGreaterThan(2 * BODY.length);
    expect(fromTargets).toBeLessThan(2 * BODY.length + 5_000);
    expect(overLink).toBeLessThan(BODY.length / 2);
    expect(Math.abs(overLink - bytes('proxy', 'agent', 'received'))).toBeLessThan(500);
    expect(toScrapers).toBeGreaterThan(2 * BODY.length);
    for (const [of, peer] of [
      ['agent', 'target'],
      ['proxy', 'agent'],
      ['proxy', 'scraper'],
    ] as const) {
      const back = bytes(of, peer, of === 'proxy' && peer === 'scraper' ? 'received' : 'sent');
      expect(back, `${of} ${peer}`).toBeGreaterThan(100);
      expect(back, `${of} ${peer}`).toBeLessThan(5_000);
    }
  });

  it('have the names that the dashboards of prometheus-proxy ask for, when told to', async () => {
    for (const name of ['proxy', 'agent'] as const) {
      const page = await readMetrics(portOf(name));
      for (const old of OLD_NAMES[name]) {
        const full = `${name}_${old}`;
        expect(page.sum(full), full).toBe(page.sum(`${full}_total`));
        expect(page.sum(full), full).toBeDefined();
      }
    }
  });

  it('are one page in the text format then, whatever a scraper prefers', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
    const answer = await fetch(`http://127.0.0.1:${proxy.ports.metrics}/metrics`, { headers: { accept } });

    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(
      new MetricsPage(await answer.text()).sum('proxy_scrape_requests', { reason: 'upstream_error' }),
    ).toBe(1);
  });
});
