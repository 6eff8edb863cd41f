import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { dashboards } from '../../scripts/dashboards/index.js';
import type { Dashboard } from '../../scripts/dashboards/panels.js';
import { type BusyFleet, startBusyFleet } from '../support/busy-fleet.js';
import { PrometheusProcess, type QuerySample } from '../support/prometheus-process.js';
import { findPromtool, promtool } from '../support/promtool.js';
import { findPrometheus } from '../support/real-programs.js';
import { stagePerSuite } from '../support/stage.js';

const deployed = (path: string): string =>
  fileURLToPath(new URL(`../../deploy/prometheus/${path}`, import.meta.url));
const ALERT_TESTS = deployed('tests/alerts.test.yml');

const SOON = { timeout: 30_000, interval: 250 };

/** What the dashboards of prometheus-proxy ask for, by the names that need `metrics.legacyNames`. */
const OLD_QUERIES = [
  'sum(rate(proxy_scrape_requests{type="success"}[15s])) / sum(rate(proxy_scrape_requests[15s]))',
  'sum by (type) (rate(proxy_scrape_requests[15s]))',
  'rate(proxy_connect_count[15s])',
  'rate(proxy_eviction_count[15s])',
  'rate(proxy_heartbeat_count[15s])',
  'sum by (type) (rate(agent_scrape_request_count[15s]))',
  'sum by (type) (rate(agent_scrape_result_count[15s]))',
  'sum by (type) (rate(agent_connect_count[15s]))',
  'rate(agent_filter_lines_dropped[15s])',
  'rate(agent_filter_bytes_saved[15s])',
];

it('has a test for each alert', () => {
  const alerts = [...readFileSync(deployed('rules/alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g)];
  const tested = readFileSync(ALERT_TESTS, 'utf8');

  expect(alerts.length).toBeGreaterThan(10);
  for (const [, alert] of alerts) expect(tested, alert).toContain(`alertname: ${alert}\n`);
});

for (const major of [2, 3] as const) {
  const tool = findPromtool(major);
  const program = findPrometheus(major);

  describe.skipIf(tool === undefined)(
    `promtool of Prometheus ${major}${tool === undefined ? ', not installed' : ''}`,
    () => {
      it('takes the configuration and the rules that are deployed', async () => {
        expect(await promtool(tool!, ['check', 'config', deployed('prometheus.yml')])).toMatchObject({
          isContent: true,
        });
      });

      it('finds that each alert fires when it should, and for nobody else', async () => {
        expect(await promtool(tool!, ['test', 'rules', ALERT_TESTS])).toMatchObject({ isContent: true });
      });
    },
  );

  describe.skipIf(program === undefined)(
    `Prometheus ${major} on a busy fleet${program === undefined ? ', not installed' : ''}`,
    () => {
      const stage = stagePerSuite();
      let prometheus: PrometheusProcess;

      beforeAll(async () => {
        prometheus = await PrometheusProcess.start(stage, program!, configFor(await startBusyFleet(stage)));
      });

      const hasData = async (expression: string): Promise<boolean> =>
        (await prometheus.query(expression)).some(isNumber);

      it.each(Object.entries(dashboards))('has data for every panel of %s', async (_file, dashboard) => {
        for (const { where, expr } of queriesOf(dashboard)) {
          await expect.poll(() => hasData(expr), { ...SOON, message: where }).toBe(true);
        }
      });

      it('has data for every choice that a dashboard offers', async () => {
        for (const { variables } of Object.values(dashboards)) {
          for (const { metric, choiceLabel } of variables) {
            expect(await hasData(`${metric}{${choiceLabel}!=""}`), metric).toBe(true);
          }
        }
      });

      it('evaluates every rule without an error, and every recorded series has data', async () => {
        const states = async (): Promise<Record<string, string>> =>
          Object.fromEntries(
            (await prometheus.rules()).map((rule) => [rule.name, rule.lastError || rule.health]),
          );
        const recorded = async (): Promise<string[]> => {
          const recordings = (await prometheus.rules()).filter(({ type }) => type === 'recording');
          const filled = await Promise.all(recordings.map(({ name }) => hasData(name)));
          return recordings.filter((_rule, at) => !filled[at]).map(({ name }) => name);
        };

        await expect.poll(async () => new Set(Object.values(await states())), SOON).toEqual(new Set(['ok']));
        await expect.poll(recorded, SOON).toEqual([]);
      });

      if (major === 3) {
        it('has data for every series that an alert looks at', async () => {
          const alerts = (await prometheus.rules()).filter(({ type }) => type === 'alerting');

          for (const { name, query } of alerts) {
            const selectors = await prometheus.selectorsOf(query);
            expect(selectors, name).not.toEqual([]);
            for (const selector of selectors) {
              const message = `${name}: ${selector}`;
              await expect.poll(() => hasData(selector), { ...SOON, message }).toBe(true);
            }
          }
        });
      }

      it('has data for the queries of the dashboards of prometheus-proxy', async () => {
        for (const query of OLD_QUERIES) {
          await expect.poll(() => hasData(query), { ...SOON, message: query }).toBe(true);
        }
      });
    },
  );
}

function queriesOf({ rows }: Dashboard): { where: string; expr: string }[] {
  const panels = rows.flatMap((row) => row.panels);
  return panels.flatMap(({ title, queries }) =>
    queries.map(({ expr, legend }) => ({
      where: `${title}: ${legend}`,
      expr: expr.replaceAll('$__rate_interval', '15s').replaceAll(/\$(?:proxy|agent|path)\b/g, '.*'),
    })),
  );
}

function isNumber({ value }: QuerySample): boolean {
  return value !== undefined && !Number.isNaN(Number(value[1]));
}

function configFor({ proxy }: BusyFleet): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: ['${deployed('rules')}/*.yml']
scrape_configs:
  - job_name: prometheus-proxy
    static_configs: [{ targets: ['127.0.0.1:${proxy.ports.metrics}'] }]
  - job_name: behind-agents
    http_sd_configs: [{ url: 'http://127.0.0.1:${proxy.ports.http}/discovery', refresh_interval: 1s }]
    relabel_configs: [{ target_label: __address__, replacement: '127.0.0.1:${proxy.ports.http}' }]
`;
}
