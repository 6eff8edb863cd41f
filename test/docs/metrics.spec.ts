import { readFileSync } from 'node:fs';
import type { DynamicModule } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createLogger, frameworkLogger, METRICS_REGISTRY } from '@app/operations';
import { AgentAppModule } from '../../apps/agent/src/agent-app.module.js';
import { agentRows, defaultAgentOptions } from '../../apps/agent/src/config/agent-options.js';
import { defaultProxyOptions } from '../../apps/proxy/src/config/proxy-options.js';
import { proxyRows } from '../../apps/proxy/src/config/proxy-rows.js';
import { ProxyAppModule } from '../../apps/proxy/src/proxy-app.module.js';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: string;
}

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const proxy = defaultProxyOptions();
const agent = defaultAgentOptions({ proxy: { hostname: '127.0.0.1', port: 1 } });
const onAnyPort = { enabled: true, port: 0, bindAddress: '127.0.0.1' };
/** Limits of size and time, which have reasons of their own; a cache that makes room; what the peer's HTTP/2 keeps. */
const NOT_COUNTED = new Set([
  'limits.maxPathLength',
  'limits.maxLabelsBytes',
  'limits.maxQueryLength',
  'limits.maxRequestHeadBytes',
  'limits.unknownConnectionSecs',
  'limits.deltaMemoryMBytes',
  'limits.maxCallsPerConnection',
]);
const logger = createLogger({ program: 'test', level: 'off', format: 'json' });

describe('the page of metrics', () => {
  it('has a row for each metric of the proxy, with its type and labels', async () => {
    const exposed = await registeredBy(
      ProxyAppModule.forRoot({ ...proxy, metrics: { ...proxy.metrics, ...onAnyPort } }, logger),
    );

    expect(documented('Proxy')).toEqual(exposed);
  });

  it('has a row for each metric of the agent, with its type and labels', async () => {
    const exposed = await registeredBy(
      AgentAppModule.forRoot({ ...agent, metrics: { ...agent.metrics, ...onAnyPort } }, logger),
    );

    expect(documented('Agent')).toEqual(exposed);
  });
});

describe('the bounds', () => {
  it.each([
    ['proxy', proxyRows, ProxyAppModule.forRoot(proxy, logger)],
    ['agent', agentRows, AgentAppModule.forRoot(agent, logger)],
  ] as const)(
    'of the %s show their limits and how often they were reached',
    async (program, rows, module) => {
      const keys = Object.keys(rows).filter(
        (key) => /^limits\.|^http\.maxConcurrent/.test(key) && !NOT_COUNTED.has(key),
      );

      const text = await textOf(module);

      for (const name of keys.flatMap((key) => [`limit{.*"${key}"}`, `reached_total{.*"${key}"}`])) {
        expect(text).toMatch(new RegExp(`^${program}_bound_${name}`, 'm'));
      }
    },
  );
});

/** The rows of a program's own section and of the one for both. */
function documented(program: 'Proxy' | 'Agent'): Row[] {
  return [program, 'Process']
    .flatMap((title) => [...section(title).matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\|/gm)])
    .map(([, name = '', type = '', labels = '']) => ({ name, type, labels: labels.replaceAll('`', '') }))
    .toSorted(byName);
}

function section(title: string): string {
  return page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
}

function textOf(module: DynamicModule): Promise<string> {
  return read(module, (registry) => registry.metrics());
}

/** What stands in the registry of a program that has started, but listens nowhere. */
async function registeredBy(module: DynamicModule): Promise<Row[]> {
  const registered = await read(
    module,
    (registry) => registry.getMetricsAsArray() as unknown as readonly Registered[],
  );
  return registered
    .map(({ name, type, labelNames }) => ({ name, type, labels: labelNames.join(', ') }))
    .toSorted(byName);
}

async function read<T>(module: DynamicModule, look: (registry: Registry) => T | Promise<T>): Promise<T> {
  const parts = await Test.createTestingModule({ imports: [module] }).compile();
  const app = parts.createNestApplication(new FastifyAdapter(), { logger: frameworkLogger(logger) });
  await app.init();
  const seen = await look(app.get<Registry>(METRICS_REGISTRY));
  await app.close();
  return seen;
}

interface Registered {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : 1;
}
