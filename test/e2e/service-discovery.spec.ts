import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { PrometheusProcess, type TargetRow } from '../support/prometheus-process.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { findPrometheus } from '../support/real-programs.js';
import { stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const SOON = { timeout: 15_000, interval: 200 };

for (const major of [2, 3] as const) {
  const program = findPrometheus(major);
  const title = `Prometheus ${major} that finds its targets by http_sd`;

  describe.skipIf(program === undefined)(program === undefined ? `${title}, not installed` : title, () => {
    const stage = stagePerSuite();
    let prometheus: PrometheusProcess;
    let leaving: AgentProcess;

    const health = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await prometheus.targets()).map((row) => [instanceOf(row), row.health]));

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
      await waitForPaths(proxy, 4);
      prometheus = await PrometheusProcess.start(stage, program!, discoveryConfig(proxy.ports.http));
    });

    it('finds every path, each up under an instance of its own, whatever labels an agent sends', async () => {
      await expect.poll(async () => Object.values(await health()), SOON).toEqual(['up', 'up', 'up', 'up']);

      const labels = (await prometheus.targets()).map((row) => row.labels);
      expect(new Set(labels.map((one) => one['instance'])).size).toBe(4);
      expect(labels).toContainEqual(
        expect.objectContaining({ shard: '2', ok: 'true', agentName: 'staying' }),
      );
      expect(labels).toContainEqual(expect.objectContaining({ instance: 'db-one', env: 'prod' }));
    });

    it('keeps a target whose agent has left, down and with the reason', async () => {
      const instance = 'db-one/leaving';
      await leaving.stop();

      await expect.poll(async () => (await health())[instance], SOON).toBe('down');

      const row = (await prometheus.targets()).find((one) => instanceOf(one) === instance);
      expect(row?.lastError).toMatch(/^server returned HTTP status 503 agent leaving left at /);
      expect(Object.values(await health()).filter((state) => state === 'up')).toHaveLength(3);
    });
  });
}

function instanceOf({ labels }: TargetRow): string {
  return labels['instance'] ?? '';
}

function discoveryConfig(proxyPort: number): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: found
    http_sd_configs: [{ url: 'http://127.0.0.1:${proxyPort}/discovery', refresh_interval: 1s }]
    relabel_configs: [{ target_label: __address__, replacement: '127.0.0.1:${proxyPort}' }]
`;
}
