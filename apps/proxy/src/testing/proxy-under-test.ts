import '../../../../test/support/quiet-framework.js';
import type { NamedModule } from '@app/extensions';
import { createLogger } from '@app/operations';
import { expect } from 'vitest';
import { readMetrics } from '../../../../test/support/metrics-page.js';
import { scrape, type ScrapeOptions, type ScrapeResult } from '../../../../test/support/scrape.js';
import type { Stage } from '../../../../test/support/stage.js';
import { startProxy, type RunningProxy } from '../bootstrap.js';
import { defaultProxyOptions } from '../config/proxy-options.js';

type Overrides = NonNullable<Parameters<typeof defaultProxyOptions>[0]>;

/** What a proxy holds for scrapes under way. */
const WORK = [
  'proxy_scrape_map_size',
  'proxy_chunk_context_map_size',
  'proxy_cumulative_agent_backlog_size',
  'proxy_body_memory_bytes',
];

/** A proxy in this process, on free ports, silent; it leaves with the stage. */
export class ProxyUnderTest {
  private constructor(private readonly proxy: RunningProxy) {}

  static async start(
    stage: Stage,
    overrides: Overrides = {},
    added: readonly NamedModule[] = [],
  ): Promise<ProxyUnderTest> {
    const options = defaultProxyOptions({
      ...overrides,
      // Scrapes of one path at once stand for as many fetches, unless a spec is about the opposite.
      http: { port: 0, shareIdenticalScrapes: false, ...overrides.http },
      agent: { port: 0, ...overrides.agent },
      metrics: { enabled: true, port: 0, ...overrides.metrics },
    });
    const logger = createLogger({ program: 'proxy', level: 'off', format: 'json' });
    const proxy = new ProxyUnderTest(await startProxy(options, logger, undefined, added));
    stage.atEnd(() => proxy.close());
    return proxy;
  }

  get agentPort(): number {
    return this.proxy.agentPort;
  }

  /** The port of the admin pages, where they are on. */
  get adminPort(): number | undefined {
    return this.proxy.adminPort;
  }

  /** The port of the dashboard, where it is on. */
  get dashboardPort(): number | undefined {
    return this.proxy.dashboardPort;
  }

  get httpPort(): number {
    return this.proxy.httpPort;
  }

  close(): Promise<void> {
    return this.proxy.close();
  }

  scrape(path: string, options: ScrapeOptions = {}): Promise<ScrapeResult> {
    return scrape(`http://127.0.0.1:${this.proxy.httpPort}/${path}`, options);
  }

  /** The sum over all series of this name that carry these labels. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    return (await readMetrics(this.proxy.metricsPort ?? 0)).sum(name, labels);
  }

  /** Wait until there is no work left, and exactly these sessions and paths. */
  async expectAtRest(population: { readonly agents: number; readonly paths: number }): Promise<void> {
    const expected = {
      ...Object.fromEntries(WORK.map((name) => [name, 0])),
      proxy_agent_map_size: population.agents,
      proxy_path_map_size: population.paths,
    };
    const read = async (): Promise<object> => {
      const page = await readMetrics(this.proxy.metricsPort ?? 0);
      return Object.fromEntries(Object.keys(expected).map((name) => [name, page.sum(name)]));
    };
    await expect.poll(read, { timeout: 5_000, interval: 20 }).toEqual(expected);
  }
}

/** Status and reason of a failed scrape. */
export function outcomeOf(result: ScrapeResult): string {
  return `${result.status} ${result.headers['x-proxy-reason'] ?? ''}`.trim();
}
