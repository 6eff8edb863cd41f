import { parseDurationMs, parsePathLabels } from '@app/protocol';
import { sample } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { hostileLabels } from '../support/hostile-labels.js';
import { HttpTarget, type SeenRequest } from '../support/http-target.js';
import { PrometheusProcess, type TargetRow } from '../support/prometheus-process.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { RawAgent } from '../support/raw-agent.js';
import { findPrometheus } from '../support/real-programs.js';
import { stagePerSuite } from '../support/stage.js';
import { answers, TEXT_FORMAT } from '../support/target-behaviours.js';

/** Labels of agents that mean harm; the same in each run. */
const HOSTILE = sample(hostileLabels, { numRuns: 100, seed: 20_261_125 });

const SOON = { timeout: 15_000, interval: 200 };

for (const major of [2, 3] as const) {
  const program = findPrometheus(major);
  const title = `Prometheus ${major} that finds its targets by http_sd`;

  describe.skipIf(program === undefined)(program === undefined ? `${title}, not installed` : title, () => {
    const stage = stagePerSuite();
    let prometheus: PrometheusProcess;
    let leaving: AgentProcess;
    let dying: AgentProcess;
    let sdRequests: () => readonly SeenRequest[];

    const found = async (): Promise<TargetRow[]> =>
      (await prometheus.targets()).filter(
        (row) => row.scrapePool === 'found' && row.labels['agentName'] !== 'hostile',
      );
    const health = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await found()).map((row) => [instanceOf(row), row.health]));

    beforeAll(async () => {
      const target = await HttpTarget.start(stage, { '/metrics': answers('up_to_now 1\n') });
      const proxy = await ProxyProcess.start(stage, {
        config: { service: { discovery: { enabled: true, startupHoldSecs: 0 } } },
      });
      const url = target.url('/metrics');
      await AgentProcess.start(stage, {
        proxyPort: proxy.ports.agent,
        name: 'staying',
        paths: [
          { path: 'plain', url },
          { path: 'odd', url, labels: '{"shard":2,"ok":true,"bad name":"x","nested":{},"__internal__":"y"}' },
          { path: 'site-a/db 1/metrics', url, labels: '{"instance":"db-one","env":"prod"}' },
        ],
      });
      leaving = await AgentProcess.start(stage, {
        proxyPort: proxy.ports.agent,
        name: 'leaving',
        paths: [{ path: 'leaving', url, labels: '{"instance":"db-one"}' }],
      });
      dying = await AgentProcess.start(stage, {
        proxyPort: proxy.ports.agent,
        name: 'dying',
        paths: [{ path: 'dying', url, labels: '{"instance":"dying"}' }],
      });
      await RawAgent.connect(stage, {
        proxyPort: proxy.ports.agent,
        name: 'hostile',
        paths: HOSTILE.map((_labels, at) => `hostile-${at}`),
        labels: (path) => HOSTILE[Number(path.slice('hostile-'.length))] ?? '',
        onScrape: ({ scrapeId }, agent) =>
          agent.answer({
            scrapeId,
            validResponse: true,
            statusCode: 200,
            contentType: TEXT_FORMAT,
            contentAsText: '',
          }),
      });
      await waitForPaths(proxy, 5 + HOSTILE.length);
      const tagged = await HttpTarget.start(stage, {
        '/sd': answers('[]', { contentType: 'application/json', headers: { ETag: '"same"' } }),
      });
      sdRequests = () => tagged.requestsFor('/sd');
      const config = discoveryConfig(proxy.ports.http, tagged.port);
      prometheus = await PrometheusProcess.start(stage, program!, config);
    });

    it('finds every path, each up under an instance of its own, whatever labels an agent sends', async () => {
      await expect.poll(async () => Object.values(await health()), SOON).toEqual(Array(5).fill('up'));

      const labels = (await found()).map((row) => row.labels);
      expect(new Set(labels.map((one) => one['instance'])).size).toBe(5);
      expect(labels).toContainEqual(
        expect.objectContaining({ shard: '2', ok: 'true', agentName: 'staying' }),
      );
      expect(labels).toContainEqual(expect.objectContaining({ instance: 'db-one', env: 'prod' }));
    });

    it('has a target of its own for each path of an agent whose labels mean harm', async () => {
      const hostile = async (): Promise<TargetRow[]> =>
        (await prometheus.targets()).filter((row) => row.labels['agentName'] === 'hostile');

      const expected = HOSTILE.filter(haveUsableTimes).length;
      await expect.poll(async () => (await hostile()).length, SOON).toBe(expected);

      const rows = await hostile();
      expect(expected).toBeGreaterThan(HOSTILE.length - 10);
      expect(new Set(rows.map(instanceOf)).size).toBe(expected);
      expect(rows.filter(({ scrapeUrl }) => !new URL(scrapeUrl).pathname.startsWith('/hostile-'))).toEqual(
        [],
      );
    });

    it('finds only what it asks for', async () => {
      const narrowed = async (): Promise<string[]> =>
        (await prometheus.targets()).filter(({ scrapePool }) => scrapePool === 'narrowed').map(instanceOf);

      await expect.poll(narrowed, SOON).toEqual(['db-one']);
    });

    it('never asks whether the document is still the same, so it never gets an answer without one', async () => {
      await expect.poll(() => sdRequests().length, SOON).toBeGreaterThan(2);

      const conditions = sdRequests().filter(({ headers }) => headers['if-none-match'] !== undefined);
      expect(conditions).toEqual([]);
    });

    it('keeps a target whose agent has died, with up at 0', async () => {
      await dying.program.kill();

      await expect.poll(() => prometheus.value('up{instance="dying"}'), SOON).toBe(0);
      expect((await health())['dying']).toBe('down');
    });

    it('keeps a target whose agent has left, down and with the reason', async () => {
      const instance = 'db-one/leaving';
      await leaving.stop();

      await expect.poll(async () => (await health())[instance], SOON).toBe('down');

      // The first scrape to fail may be one that waited when it left.
      const lastError = async (): Promise<string | undefined> =>
        (await prometheus.targets()).find((one) => instanceOf(one) === instance)?.lastError;
      await expect.poll(lastError, SOON).toMatch(/^server returned HTTP status 503 agent leaving left at /);
      expect(Object.values(await health()).filter((state) => state === 'up')).toHaveLength(3);
    });
  });
}

/** An agent may ask for times that contradict those of Prometheus, which then leaves out that target alone. */
function haveUsableTimes(labelsText: string): boolean {
  const { labels } = parsePathLabels(labelsText, 8192);
  const [intervalMs, timeoutMs] = ['__scrape_interval__', '__scrape_timeout__'].map((name) =>
    parseDurationMs(labels[name] ?? '1s'),
  );
  return (timeoutMs ?? 0) <= (intervalMs ?? 0);
}

function instanceOf({ labels }: TargetRow): string {
  return labels['instance'] ?? '';
}

function discoveryConfig(proxyPort: number, taggedPort: number): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: found
    http_sd_configs: [{ url: 'http://127.0.0.1:${proxyPort}/discovery', refresh_interval: 1s }]
    relabel_configs: [{ target_label: __address__, replacement: '127.0.0.1:${proxyPort}' }]
  - job_name: narrowed
    http_sd_configs:
      - url: 'http://127.0.0.1:${proxyPort}/discovery?agent=staying&label.env=prod'
        refresh_interval: 1s
    relabel_configs: [{ target_label: __address__, replacement: '127.0.0.1:${proxyPort}' }]
  - job_name: tagged
    http_sd_configs: [{ url: 'http://127.0.0.1:${taggedPort}/sd', refresh_interval: 1s }]
`;
}
