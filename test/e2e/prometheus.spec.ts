import { beforeAll, describe, expect, it } from 'vitest';
import { type AgentProcess } from '../support/agent-process.js';
import { HttpTarget } from '../support/http-target.js';
import { findNodeExporter, startNodeExporter } from '../support/node-exporter.js';
import { startPair } from '../support/pair.js';
import { PrometheusProcess } from '../support/prometheus-process.js';
import { findPrometheus } from '../support/real-programs.js';
import { seriesOf, windowsOf } from '../support/series.js';
import { stagePerSuite } from '../support/stage.js';
import { hangs } from '../support/target-behaviours.js';

const exporterFile = findNodeExporter();

for (const major of [2, 3] as const) {
  const program = findPrometheus(major);
  const missing = [
    ...(program === undefined ? [`no Prometheus ${major}`] : []),
    ...(exporterFile === undefined ? ['no node_exporter'] : []),
  ];
  const title = [`Prometheus ${major} and a node_exporter behind the agent`, ...missing].join(', ');

  describe.skipIf(missing.length > 0)(title, () => {
    const stage = stagePerSuite();
    let prometheus: PrometheusProcess;
    let agent: AgentProcess;

    beforeAll(async () => {
      const exporter = await startNodeExporter(stage, exporterFile!);
      const hung = await HttpTarget.start(stage, { '/metrics': hangs() });
      const paths = [
        { path: 'node', url: exporter.url },
        { path: 'hung', url: hung.url('/metrics') },
      ];
      const pair = await startPair(stage, { paths });
      agent = pair.agent;
      const config = scrapeConfig(exporter.port, pair.proxy.ports.http);
      prometheus = await PrometheusProcess.start(stage, program!, config);
    });

    it('sees the target up through the tunnel', async () => {
      await expect.poll(() => prometheus.value('up{job="tunnel"}'), poll(10_000)).toBe(1);

      expect(await prometheus.target('tunnel')).toMatchObject({ health: 'up', lastError: '' });
    });

    it('stores the same series with the same labels as a direct scrape', async () => {
      await expect.poll(() => prometheus.value('up{job="direct"}'), poll(10_000)).toBe(1);

      const direct = await seriesOf(prometheus, 'direct');

      expect(direct.size).toBeGreaterThan(200);
      await expect.poll(() => seriesOf(prometheus, 'tunnel'), poll(10_000)).toEqual(direct);
    });

    it('stores the same value as a direct scrape for every series that stands still', async () => {
      const samples = 4;
      const isLongEnough = async (): Promise<boolean> =>
        [...(await windowsOf(prometheus, 'tunnel')).values()].some((values) => values.length >= samples);
      await expect.poll(isLongEnough, poll(15_000)).toBe(true);

      const direct = await windowsOf(prometheus, 'direct');
      const tunnel = await windowsOf(prometheus, 'tunnel');

      const still = [...direct.keys()].filter(
        (key) => standsStill(direct.get(key)) && standsStill(tunnel.get(key)),
      );
      expect(still.length).toBeGreaterThan(100);
      for (const key of still) expect(tunnel.get(key)?.[0], key).toBe(direct.get(key)?.[0]);
    });

    it('shows why a target that hangs is down, before its own time-out hides it', async () => {
      const lastError = async (): Promise<string> => (await prometheus.target('hung')).lastError;

      await expect
        .poll(lastError, poll(10_000))
        .toMatch(/^server returned HTTP status 504 .*(target|answer)/);
    });

    it('shows that the agent is gone, and why, until it is back', async () => {
      await agent.stop();
      await expect.poll(() => prometheus.value('up{job="tunnel"}'), poll(10_000)).toBe(0);
      const down = await prometheus.target('tunnel');
      await agent.startAgain();

      expect(down.lastError).toMatch(/^server returned HTTP status 503 .*agent/);
      await expect.poll(() => prometheus.value('up{job="tunnel"}'), poll(15_000)).toBe(1);
    });
  });
}

function standsStill(values: readonly string[] | undefined): boolean {
  return values !== undefined && values.length > 1 && values.every((value) => value === values[0]);
}

function poll(timeout: number): { timeout: number; interval: number } {
  return { timeout, interval: 200 };
}

function scrapeConfig(exporterPort: number, proxyPort: number): string {
  return `
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: direct
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
  - job_name: tunnel
    metrics_path: /node
    static_configs: [{ targets: ['127.0.0.1:${proxyPort}'] }]
  - job_name: hung
    metrics_path: /hung
    static_configs: [{ targets: ['127.0.0.1:${proxyPort}'] }]
`;
}
