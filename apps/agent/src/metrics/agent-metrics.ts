import { CounterFamily, type Distribution, HistogramFamily, ReadFamily, type Tally } from '@app/operations';
import type { Registry } from 'prom-client';
import type { AgentIdentity } from '../agent-identity.js';
import type { FilterTally } from '../filter/metric-filter.js';
import type { AgentFailureCode } from '../scrape/scrape-result.js';

/** How a result went back: the values of `agent_scrape_result_count_total`. */
export type ResultType = 'non-gzipped' | 'gzipped' | 'chunked' | 'delta' | 'dropped';

const LATENCY_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counters that the dashboards of prometheus-proxy ask for without `_total`. */
export const LEGACY_COUNTERS: readonly string[] = [
  'agent_scrape_request_count_total',
  'agent_scrape_result_count_total',
  'agent_connect_count_total',
  'agent_filter_lines_dropped_total',
  'agent_filter_bytes_saved_total',
];

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
  readonly #succeeded: Tally;
  readonly #invalidPath: Tally;
  readonly #failed: Record<AgentFailureCode, Tally>;
  readonly #results: Record<ResultType, Tally>;
  readonly #connects: Record<'success' | 'failure', Tally>;
  readonly #cancelled: Tally;
  readonly #latency: Distribution;
  readonly #waiting: Distribution;
  readonly #filtered: FilterMetrics;

  constructor(registry: Registry, identity: AgentIdentity) {
    this.#registry = registry;
    this.#launch = { launch_id: identity.launchId };
    const requests = this.#counter('agent_scrape_request_count_total', 'Agent scrape request count', [
      'type',
      'reason',
    ]);
    const outcome = (type: string, reason: string): Tally =>
      requests.series({ ...this.#launch, type, reason });
    this.#succeeded = outcome('success', '');
    this.#invalidPath = outcome('invalid_path', 'path_not_found');
    this.#failed = byKey(FAILURE_CODES, (reason) => outcome('unsuccessful', reason));
    this.#results = this.#typed('agent_scrape_result_count_total', 'Agent scrape result count', [
      'non-gzipped',
      'gzipped',
      'chunked',
      'delta',
      'dropped',
    ]);
    this.#connects = this.#typed('agent_connect_count_total', 'Agent connect count', ['success', 'failure']);
    this.#cancelled = this.#counter(
      'agent_scrape_cancelled_total',
      'Scrapes given up because nobody waited for them any more',
      [],
    ).series(this.#launch);
    this.#latency = this.#latencyOf(identity);
    this.#waiting = this.#waitingTime();
    this.#filtered = new FilterMetrics(registry, this.#launch);
    const startedAt = Date.now() / 1_000;
    this.gauge('agent_start_time_seconds', 'Agent start time in seconds', () => startedAt);
  }

  scrapeSucceeded(): void {
    this.#succeeded.add();
  }

  /** The proxy asked for a path this agent does not know. */
  scrapeOfUnknownPath(): void {
    this.#invalidPath.add();
  }

  scrapeFailed(code: AgentFailureCode): void {
    this.#failed[code].add();
  }

  scrapeCancelled(): void {
    this.#cancelled.add();
  }

  /** A target was asked. */
  fetched({ targetSecs, waitedSecs }: { targetSecs: number; waitedSecs: number }): void {
    this.#latency.observe(targetSecs);
    this.#waiting.observe(waitedSecs);
  }

  resultSent(type: ResultType): void {
    this.#results[type].add();
  }

  connected(outcome: 'success' | 'failure'): void {
    this.#connects[outcome].add();
  }

  /** These paths have a filter, and no others: their series begin at zero, those of the others go. */
  filtersPaths(paths: readonly string[]): void {
    this.#filtered.retain(paths);
  }

  filtered(path: string, tally: FilterTally): void {
    this.#filtered.add(path, tally);
  }

  /** Show a gauge that is read when the page is. Once per name. */
  gauge(name: string, help: string, read: () => number): void {
    const options = { name, help, labelNames: ['launch_id'] as const };
    void new ReadFamily(this.#registry, 'gauge', options, () => [{ labels: this.#launch, value: read() }]);
  }

  #counter<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
  ): CounterFamily<L | 'launch_id'> {
    return new CounterFamily(this.#registry, { name, help, labelNames: ['launch_id', ...labels] });
  }

  #typed<T extends string>(name: string, help: string, types: readonly T[]): Record<T, Tally> {
    const counter = this.#counter(name, help, ['type']);
    return byKey(types, (type) => counter.series({ ...this.#launch, type }));
  }

  #latencyOf({ agentName }: AgentIdentity): Distribution {
    const histogram = new HistogramFamily(this.#registry, {
      name: 'agent_scrape_request_latency_seconds',
      help: 'Agent scrape request latency in seconds',
      labelNames: ['launch_id', 'agent_name'],
      buckets: LATENCY_BUCKETS_SECS,
    });
    return histogram.series({ ...this.#launch, agent_name: agentName });
  }

  #waitingTime(): Distribution {
    const histogram = new HistogramFamily(this.#registry, {
      name: 'agent_scrape_queue_seconds',
      help: 'How long scrapes waited for their turn',
      labelNames: ['launch_id'],
      buckets: LATENCY_BUCKETS_SECS,
    });
    return histogram.series(this.#launch);
  }
}

/** What the filters take out, by path. The configuration says which paths have one: there are no others. */
class FilterMetrics {
  readonly #launch: { launch_id: string };
  readonly #lines: CounterFamily<'launch_id' | 'path'>;
  readonly #bytes: CounterFamily<'launch_id' | 'path'>;
  readonly #byPath = new Map<string, { lines: Tally; bytes: Tally }>();

  constructor(registry: Registry, launch: { launch_id: string }) {
    const counter = (name: string, help: string): CounterFamily<'launch_id' | 'path'> =>
      new CounterFamily(registry, { name, help, labelNames: ['launch_id', 'path'] });
    this.#launch = launch;
    this.#lines = counter('agent_filter_lines_dropped_total', 'Agent metric filter lines dropped');
    this.#bytes = counter('agent_filter_bytes_saved_total', 'Agent metric filter bytes saved');
  }

  retain(paths: readonly string[]): void {
    for (const [path, { lines, bytes }] of this.#byPath) {
      if (!paths.includes(path)) {
        this.#byPath.delete(path);
        this.#lines.remove(lines);
        this.#bytes.remove(bytes);
      }
    }
    paths.filter((path) => !this.#byPath.has(path)).forEach((path) => this.#begin(path));
  }

  /** A body that was begun before its path lost its filter is not counted. */
  add(path: string, { droppedLines, droppedBytes }: FilterTally): void {
    const series = this.#byPath.get(path);
    series?.lines.add(droppedLines);
    series?.bytes.add(droppedBytes);
  }

  #begin(path: string): void {
    const labels = { ...this.#launch, path };
    this.#byPath.set(path, { lines: this.#lines.series(labels), bytes: this.#bytes.series(labels) });
  }
}

function byKey<K extends string, V>(keys: readonly K[], valueOf: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, V>;
}
