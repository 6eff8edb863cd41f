import type { Bound } from '@app/operations';
import type { Registry } from 'prom-client';
import type { SessionEnd } from '../agents/agent-session.js';
import type { SessionObserver } from '../agents/session-observer.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { ScrapeAnswer } from '../scrape/scrape-answer.js';
import type { ScrapeObserver, ScrapeRecord } from '../scrape/scrape-observer.js';
import type { StageTimes } from '../scrape/stage-times.js';
import { FAILURE_TYPES } from './metric-definitions.js';
import { PathFamilies, type PathMetrics } from './path-metrics.js';
import { PathSeries } from './path-series.js';
import { createProxyInstruments, type ProxyInstruments } from './proxy-instruments.js';

/** What can be wrong with what agents send. */
export type TransferProblemKind = 'unknown_scrape' | 'chunk' | 'summary' | 'abandoned';

export interface PathSeriesOptions {
  /** Whether paths have series of their own. */
  readonly isEnabled: boolean;
  /** How many have. */
  readonly maxPaths: number;
}

/** Counts what happens in the proxy. Every counter without a path exists, at zero, from the start. */
export class ProxyMetrics implements ScrapeObserver, SessionObserver {
  private readonly instruments: ProxyInstruments;
  private readonly series: PathSeries;
  private readonly hasPaths: boolean;

  constructor(registry: Registry, { isEnabled, maxPaths }: PathSeriesOptions) {
    this.instruments = createProxyInstruments(registry);
    this.series = new PathSeries(new PathFamilies(registry), maxPaths);
    this.hasPaths = isEnabled;
  }

  /** Of the paths that have series of their own. */
  get pathBound(): Bound {
    return this.series.bound;
  }

  scraped({ path, agentName, answer, durationMs }: ScrapeRecord): void {
    if (answer.kind === 'abandoned') {
      this.instruments.abandonedScrapes.add();
      return;
    }
    this.instruments.outcomes.get(answer.kind === 'success' ? 'success' : answer.code)?.add();
    if (agentName !== undefined) {
      const series = this.hasPaths ? this.series.of(path) : this.series.shared;
      observe(series, answer, durationMs);
      if (answer.times !== undefined) {
        this.spent(series, answer.times);
      }
    }
  }

  sessionEnded(_session: StreamSession, { cause }: SessionEnd): void {
    this.instruments.sessionsEnded[cause].add();
    if (cause === 'displaced') {
      this.instruments.displacements.add();
    }
  }

  connected(): void {
    this.instruments.connects.add();
  }

  heartbeat(): void {
    this.instruments.heartbeats.add();
  }

  evicted(count: number): void {
    this.instruments.evictions.add(count);
  }

  /** Take out the series of paths that nobody knows any more. */
  retainPaths(isKnown: (path: string) => boolean): void {
    this.series.retain(isKnown);
  }

  pathConflict(): void {
    this.instruments.conflicts.add();
  }

  transferProblem(problem: TransferProblemKind): void {
    this.instruments.problems[problem].add();
  }

  private spent(series: PathMetrics, times: StageTimes): void {
    const { queue, link, target } = this.instruments.stages;
    queue.observe(times.queueSecs);
    link.observe(times.linkSecs);
    target.observe(times.targetSecs);
    series.spent(times);
  }
}

function observe(
  series: PathMetrics,
  answer: Exclude<ScrapeAnswer, { kind: 'abandoned' }>,
  durationMs: number,
): void {
  if (answer.kind === 'failure') {
    series.took(FAILURE_TYPES[answer.code], durationMs / 1000);
    return;
  }
  series.took('success', durationMs / 1000);
  series.carried(answer.body.encoding === 'gzip' ? 'gzipped' : 'plain', answer.body.byteCount);
}
