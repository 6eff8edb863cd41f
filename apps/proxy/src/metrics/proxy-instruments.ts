import { CounterFamily, HistogramFamily, type Tally } from '@app/operations';
import { FAILURE_CODES, type FailureCode } from '@app/protocol';
import type { Registry } from 'prom-client';
import type { SessionEnd } from '../agents/agent-session.js';
import { FAILURE_TYPES, LATENCY_BUCKETS, STAGES } from './metric-definitions.js';

const END_CAUSES: readonly SessionEnd['cause'][] = [
  'disconnected',
  'evicted',
  'displaced',
  'revoked',
  'violation',
  'stopping',
];

/** The proxy's counters that stand at zero from the start, by what they count. */
export type ProxyInstruments = ReturnType<typeof createProxyInstruments>;

/** In the names of prometheus-proxy 4.x as they stand on its wire, and ours. Once per registry. */
export function createProxyInstruments(registry: Registry) {
  const counter = (name: string, help: string): Tally =>
    new CounterFamily(registry, { name, help }).series({});
  return {
    outcomes: createOutcomes(registry),
    abandonedScrapes: counter(
      'proxy_scrapes_abandoned_total',
      'Scrapes whose scraper hung up before the answer',
    ),
    stages: createStages(registry),
    connects: counter('proxy_connect_count_total', 'Proxy connect count'),
    evictions: counter('proxy_eviction_count_total', 'Proxy eviction count'),
    heartbeats: counter('proxy_heartbeat_count_total', 'Proxy heartbeat count'),
    displacements: counter('proxy_agent_displacement_total', 'Proxy agent path displacement events'),
    conflicts: counter('proxy_path_conflicts_total', 'Claims to a path that another live agent holds'),
    sessionsEnded: createSessionsEnded(registry),
    ...createTransferProblems(registry),
  };
}

function createOutcomes(registry: Registry): ReadonlyMap<'success' | FailureCode, Tally> {
  const scrapes = new CounterFamily(registry, {
    name: 'proxy_scrape_requests_total',
    help: 'Proxy scrape requests',
    labelNames: ['type', 'reason'],
  });
  return new Map([
    ['success', scrapes.series({ type: 'success', reason: '' })],
    ...FAILURE_CODES.map(
      (reason) => [reason, scrapes.series({ type: FAILURE_TYPES[reason], reason })] as const,
    ),
  ]);
}

function createStages(registry: Registry) {
  const stages = new HistogramFamily(registry, {
    name: 'proxy_scrape_stage_seconds',
    help: 'Where the time of scrapes went: waiting for a turn, on the link, at the target',
    labelNames: ['stage'],
    buckets: LATENCY_BUCKETS,
  });
  return byKey(STAGES, (stage) => stages.series({ stage }));
}

function createSessionsEnded(registry: Registry): Record<SessionEnd['cause'], Tally> {
  const ended = new CounterFamily(registry, {
    name: 'proxy_sessions_ended_total',
    help: 'Sessions of agents that ended',
    labelNames: ['cause'],
  });
  return byKey(END_CAUSES, (cause) => ended.series({ cause }));
}

function createTransferProblems(registry: Registry) {
  const counter = (name: string, help: string): Tally =>
    new CounterFamily(registry, { name, help }).series({});
  const unknown = counter('proxy_unknown_results_total', 'Results that belong to no scrape that waits');
  const invalid = new CounterFamily(registry, {
    name: 'proxy_chunk_validation_failures_total',
    help: 'Proxy chunk validation failures',
    labelNames: ['stage'],
  });
  const abandoned = counter(
    'proxy_chunked_transfers_abandoned_total',
    'Proxy chunked transfers abandoned mid-transfer',
  );
  return {
    problems: {
      unknown_scrape: unknown,
      chunk: invalid.series({ stage: 'chunk' }),
      summary: invalid.series({ stage: 'summary' }),
      abandoned,
    },
  };
}

function byKey<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
