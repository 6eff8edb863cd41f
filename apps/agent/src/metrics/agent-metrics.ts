import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AgentIdentity } from '../agent-identity.js';
import type { FilterTally } from '../filter/metric-filter.js';
import type { AgentFailureCode } from '../scrape/scrape-result.js';

/** How a result went back: the values of `agent_scrape_result_count_total`. */
export type ResultType = 'non-gzipped' | 'gzipped' | 'chunked' | 'dropped';

/** What gauges show, read when they are scraped. */
export interface AgentGauges {
  /** Scrapes asked for and not finished. */
  backlog: () => number;
  /** Targets being fetched. */
  fetching: () => number;
  /** Scrapes that wait for their turn. */
  waiting: () => number;
  /** Connections that serve. */
  connected: () => number;
  /** Origins with kept-alive connections. */
  origins: () => number;
  /** Bytes of bodies held in memory. */
  bodyBytes: () => number;
  /** 1 when the configuration could be used when it was read last. */
  reloadSuccess: () => number;
  /** When it could, in seconds since the epoch. */
  reloadSuccessSecs: () => number;
}

const LATENCY_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const FAILURE_CODES: readonly AgentFailureCode[] = [
  'bad_request',
  'path_not_found',
  'upstream_error',
  'upstream_timed_out',
  'target_unreachable',
  'content_too_large',
  'invalid_payload',
  'overloaded',
];

/**
 * The agent's own metrics, under the names of the wire of prometheus-proxy and a few new ones. Every series
 * stands at zero from the start. One per registry.
 */
export class AgentMetrics {
  readonly #registry: Registry;
  readonly #launch: { launch_id: string };
  readonly #succeeded: Counter.Internal;
  readonly #invalidPath: Counter.Internal;
  readonly #failed: Record<AgentFailureCode, Counter.Internal>;
  readonly #results: Record<ResultType, Counter.Internal>;
  readonly #connects: Record<'success' | 'failure', Counter.Internal>;
  readonly #cancelled: Counter.Internal;
  readonly #latency: Histogram.Internal<string>;
  readonly #filterLines: Counter;
  readonly #filterBytes: Counter;

  constructor(registry: Registry, identity: AgentIdentity) {
    this.#registry = registry;
    this.#launch = { launch_id: identity.launchId };
    const requests = this.#counter('agent_scrape_request_count_total', 'Agent scrape request count', [
      'type',
      'reason',
    ]);
    this.#succeeded = this.#child(requests, { type: 'success', reason: '' });
    this.#invalidPath = this.#child(requests, { type: 'invalid_path', reason: 'path_not_found' });
    this.#failed = byKey(FAILURE_CODES, (reason) => this.#child(requests, { type: 'unsuccessful', reason }));
    this.#results = this.#typed('agent_scrape_result_count_total', 'Agent scrape result count', [
      'non-gzipped',
      'gzipped',
      'chunked',
      'dropped',
    ]);
    this.#connects = this.#typed('agent_connect_count_total', 'Agent connect count', ['success', 'failure']);
    const cancelled = this.#counter(
      'agent_scrape_cancelled_total',
      'Scrapes given up because nobody waited for them any more',
      [],
    );
    this.#cancelled = this.#child(cancelled, {});
    this.#latency = this.#latencyOf(identity);
    this.#filterLines = this.#counter(
      'agent_filter_lines_dropped_total',
      'Agent metric filter lines dropped',
      ['path'],
    );
    this.#filterBytes = this.#counter('agent_filter_bytes_saved_total', 'Agent metric filter bytes saved', [
      'path',
    ]);
    this.#gauge('agent_start_time_seconds', 'Agent start time in seconds', undefined).set(
      this.#launch,
      Date.now() / 1_000,
    );
  }

  scrapeSucceeded(): void {
    this.#succeeded.inc();
  }

  /** The proxy asked for a path this agent does not know. */
  scrapeOfUnknownPath(): void {
    this.#invalidPath.inc();
  }

  scrapeFailed(code: AgentFailureCode): void {
    this.#failed[code].inc();
  }

  scrapeCancelled(): void {
    this.#cancelled.inc();
  }

  fetched(secs: number): void {
    this.#latency.observe(secs);
  }

  resultSent(type: ResultType): void {
    this.#results[type].inc();
  }

  connected(outcome: 'success' | 'failure'): void {
    this.#connects[outcome].inc();
  }

  /** The configuration gives a path a filter: its series begin at zero. */
  filtersPath(path: string): void {
    this.filtered(path, { droppedLines: 0, droppedBytes: 0 });
  }

  filtered(path: string, { droppedLines, droppedBytes }: FilterTally): void {
    const labels = { ...this.#launch, path };
    this.#filterLines.inc(labels, droppedLines);
    this.#filterBytes.inc(labels, droppedBytes);
  }

  /** Show these as gauges. Once per registry. */
  watch(gauges: AgentGauges): void {
    this.#gauge('agent_scrape_backlog_size', 'Agent scrape backlog size', gauges.backlog);
    this.#gauge('agent_client_cache_size', 'Agent client cache size', gauges.origins);
    this.#gauge('agent_scrapes_in_flight', 'Targets being fetched', gauges.fetching);
    this.#gauge('agent_scrapes_waiting', 'Scrapes that wait for their turn', gauges.waiting);
    this.#gauge('agent_connected', 'Connections to a proxy that serve scrapes', gauges.connected);
    this.#gauge('agent_body_memory_bytes', 'Bytes of bodies held in memory', gauges.bodyBytes);
    this.#gauge(
      'agent_config_last_reload_successful',
      'Whether the configuration could be used when it was read last',
      gauges.reloadSuccess,
    );
    this.#gauge(
      'agent_config_last_reload_success_timestamp_seconds',
      'When a configuration that could be used was read last',
      gauges.reloadSuccessSecs,
    );
  }

  #counter(name: string, help: string, labels: string[]): Counter {
    return new Counter({ name, help, labelNames: ['launch_id', ...labels], registers: [this.#registry] });
  }

  #typed<T extends string>(name: string, help: string, types: readonly T[]): Record<T, Counter.Internal> {
    const counter = this.#counter(name, help, ['type']);
    return byKey(types, (type) => this.#child(counter, { type }));
  }

  /** One series of a counter, at zero until something is counted. */
  #child(counter: Counter, labels: Record<string, string>): Counter.Internal {
    const child = counter.labels({ ...this.#launch, ...labels });
    child.inc(0);
    return child;
  }

  #latencyOf(identity: AgentIdentity): Histogram.Internal<string> {
    const histogram = new Histogram({
      name: 'agent_scrape_request_latency_seconds',
      help: 'Agent scrape request latency in seconds',
      labelNames: ['launch_id', 'agent_name'],
      buckets: LATENCY_BUCKETS_SECS,
      registers: [this.#registry],
    });
    const labels = { ...this.#launch, agent_name: identity.agentName };
    histogram.zero(labels);
    return histogram.labels(labels);
  }

  #gauge(name: string, help: string, read: (() => number) | undefined): Gauge {
    const launch = this.#launch;
    const collect =
      read === undefined
        ? undefined
        : function (this: Gauge): void {
            this.set(launch, read());
          };
    return new Gauge({ name, help, labelNames: ['launch_id'], registers: [this.#registry], collect });
  }
}

function byKey<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
