import { Counter, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS, SIZE_BUCKETS } from './metric-definitions.js';

/** The counters and histograms of the proxy, in the names of prometheus-proxy 4.x as they stand on its wire, and ours. */
export interface ProxyInstruments {
  readonly scrapes: Counter<'type' | 'reason'>;
  readonly abandonedScrapes: Counter;
  readonly latency: Histogram<'path' | 'outcome'>;
  readonly responseBytes: Histogram<'path' | 'encoding'>;
  readonly connects: Counter;
  readonly evictions: Counter;
  readonly heartbeats: Counter;
  readonly displacements: Counter;
  readonly conflicts: Counter;
  readonly sessionsEnded: Counter<'cause'>;
  readonly unknownResults: Counter;
  readonly invalidChunks: Counter<'stage'>;
  readonly abandonedTransfers: Counter;
}

export function createProxyInstruments(registry: Registry): ProxyInstruments {
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  return {
    scrapes: new Counter({
      name: 'proxy_scrape_requests_total',
      help: 'Proxy scrape requests',
      labelNames: ['type', 'reason'],
      registers,
    }),
    abandonedScrapes: counter(
      'proxy_scrapes_abandoned_total',
      'Scrapes whose scraper hung up before the answer',
    ),
    latency: new Histogram({
      name: 'proxy_scrape_request_latency_seconds',
      help: 'Proxy scrape request latency in seconds',
      labelNames: ['path', 'outcome'],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    responseBytes: new Histogram({
      name: 'proxy_scrape_response_bytes',
      help: 'Proxy scrape response size in bytes',
      labelNames: ['path', 'encoding'],
      buckets: SIZE_BUCKETS,
      registers,
    }),
    connects: counter('proxy_connect_count_total', 'Proxy connect count'),
    evictions: counter('proxy_eviction_count_total', 'Proxy eviction count'),
    heartbeats: counter('proxy_heartbeat_count_total', 'Proxy heartbeat count'),
    displacements: counter('proxy_agent_displacement_total', 'Proxy agent path displacement events'),
    conflicts: counter('proxy_path_conflicts_total', 'Claims to a path that another live agent holds'),
    sessionsEnded: new Counter({
      name: 'proxy_sessions_ended_total',
      help: 'Sessions of agents that ended',
      labelNames: ['cause'],
      registers,
    }),
    unknownResults: counter('proxy_unknown_results_total', 'Results that belong to no scrape that waits'),
    invalidChunks: new Counter({
      name: 'proxy_chunk_validation_failures_total',
      help: 'Proxy chunk validation failures',
      labelNames: ['stage'],
      registers,
    }),
    abandonedTransfers: counter(
      'proxy_chunked_transfers_abandoned_total',
      'Proxy chunked transfers abandoned mid-transfer',
    ),
  };
}
