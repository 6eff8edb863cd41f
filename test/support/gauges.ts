import { expect, vi } from 'vitest';
import { readMetrics } from './metrics-page.js';

/** What a proxy holds for scrapes under way: pending ones, transfers, requests in agents' queues, bytes of bodies. */
const PROXY_WORK = [
  'proxy_scrape_map_size',
  'proxy_chunk_context_map_size',
  'proxy_cumulative_agent_backlog_size',
  'proxy_body_memory_bytes',
  'proxy_partial_message_bytes',
];

/** What an agent holds for scrapes under way. */
const AGENT_WORK = [
  'agent_scrape_backlog_size',
  'agent_scrapes_in_flight',
  'agent_scrapes_waiting',
  'agent_body_memory_bytes',
  'agent_partial_message_bytes',
  'agent_name_lookups',
];

/** Sessions and paths that a proxy is expected to hold. */
export interface Population {
  readonly agents: number;
  readonly paths: number;
}

/** Read these gauges from one of our metrics ports; one that is absent is undefined. */
async function readGauges(
  port: number,
  names: readonly string[],
): Promise<Record<string, number | undefined>> {
  const page = await readMetrics(port);
  return Object.fromEntries(names.map((name) => [name, page.sum(name)]));
}

/** Wait until the proxy holds no work, exactly this many sessions, each over one connection, and paths. */
export async function expectProxyAtRest(
  proxy: { ports: { metrics: number } },
  population: Population,
  withinMs = 5_000,
): Promise<void> {
  const expected = {
    ...Object.fromEntries(PROXY_WORK.map((name) => [name, 0])),
    proxy_agent_map_size: population.agents,
    proxy_agent_connections: population.agents,
    proxy_unknown_connections: 0,
    proxy_path_map_size: population.paths,
  };
  await expect
    .poll(() => readGauges(proxy.ports.metrics, Object.keys(expected)), { timeout: withinMs, interval: 50 })
    .toEqual(expected);
}

/** Wait until the agent holds no work and is connected to one proxy. */
export async function expectAgentAtRest(agent: { metricsPort: number }, withinMs = 5_000): Promise<void> {
  const expected = { ...Object.fromEntries(AGENT_WORK.map((name) => [name, 0])), agent_connected: 1 };
  await expect
    .poll(() => readGauges(agent.metricsPort, Object.keys(expected)), { timeout: withinMs, interval: 50 })
    .toEqual(expected);
}

/** Wait until the proxy serves this many paths. */
export async function waitForPaths(
  proxy: { ports: { metrics: number } },
  paths: number,
  withinMs = 15_000,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const page = await readMetrics(proxy.ports.metrics);
      expect(page.sum('proxy_path_map_size')).toBe(paths);
    },
    { timeout: withinMs, interval: 20 },
  );
}
