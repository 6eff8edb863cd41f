import type { Counter, Registry } from 'prom-client';
import { FAILURE_CODES } from '@app/protocol';
import type { SessionEnd } from '../agents/agent-session.js';
import type { SessionObserver } from '../agents/session-observer.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { ScrapeObserver, ScrapeRecord } from '../scrape/scrape-observer.js';
import { FAILURE_TYPES } from './metric-definitions.js';
import { PathSeries } from './path-series.js';
import { createProxyInstruments, type ProxyInstruments } from './proxy-instruments.js';

/** What can be wrong with what agents send. */
export type TransferProblemKind = 'unknown_scrape' | 'chunk' | 'summary' | 'abandoned';

const END_CAUSES: readonly SessionEnd['cause'][] = [
  'disconnected',
  'evicted',
  'displaced',
  'revoked',
  'violation',
  'stopping',
];

const ENCODINGS = ['gzipped', 'plain'];

/** Counts what happens in the proxy. Every counter exists, at zero, from the start. */
export class ProxyMetrics implements ScrapeObserver, SessionObserver {
  private readonly instruments: ProxyInstruments;
  private readonly series = new PathSeries();
  /** One child a word, resolved once: nothing is looked up per scrape but its path. */
  private readonly outcomes: ReadonlyMap<string, Counter.Internal>;
  private readonly problems: Record<TransferProblemKind, Counter.Internal>;

  constructor(registry: Registry) {
    this.instruments = createProxyInstruments(registry);
    const { scrapes, sessionsEnded, invalidChunks, unknownResults, abandonedTransfers } = this.instruments;
    this.outcomes = new Map([
      ['success', scrapes.labels({ type: 'success', reason: '' })],
      ...FAILURE_CODES.map(
        (reason) => [reason, scrapes.labels({ type: FAILURE_TYPES[reason], reason })] as const,
      ),
    ]);
    this.outcomes.forEach((child) => child.inc(0));
    END_CAUSES.forEach((cause) => sessionsEnded.inc({ cause }, 0));
    this.problems = {
      unknown_scrape: unknownResults,
      chunk: invalidChunks.labels({ stage: 'chunk' }),
      summary: invalidChunks.labels({ stage: 'summary' }),
      abandoned: abandonedTransfers,
    };
    Object.values(this.problems).forEach((child) => child.inc(0));
  }

  scraped({ path, agentName, answer, durationMs }: ScrapeRecord): void {
    if (answer.kind === 'abandoned') {
      this.instruments.abandonedScrapes.inc();
      return;
    }
    const outcome = answer.kind === 'success' ? 'success' : answer.code;
    this.outcomes.get(outcome)?.inc();
    if (agentName === undefined) {
      return;
    }
    const word = answer.kind === 'success' ? outcome : FAILURE_TYPES[answer.code];
    this.instruments.latency.observe({ path, outcome: word }, durationMs / 1000);
    this.series.note(path, word);
    if (answer.kind === 'success') {
      const encoding = answer.body.encoding === 'gzip' ? 'gzipped' : 'plain';
      this.instruments.responseBytes.observe({ path, encoding }, answer.body.byteCount);
    }
  }

  sessionEnded(_session: StreamSession, { cause }: SessionEnd): void {
    this.instruments.sessionsEnded.inc({ cause });
    if (cause === 'displaced') {
      this.instruments.displacements.inc();
    }
  }

  connected(): void {
    this.instruments.connects.inc();
  }

  heartbeat(): void {
    this.instruments.heartbeats.inc();
  }

  evicted(count: number): void {
    this.instruments.evictions.inc(count);
  }

  /** Take out the series of paths that nobody knows any more. */
  retainPaths(isKnown: (path: string) => boolean): void {
    this.series.retain(isKnown, (path, outcomes) => {
      outcomes.forEach((outcome) => this.instruments.latency.remove({ path, outcome }));
      ENCODINGS.forEach((encoding) => this.instruments.responseBytes.remove({ path, encoding }));
    });
  }

  pathConflict(): void {
    this.instruments.conflicts.inc();
  }

  transferProblem(problem: TransferProblemKind): void {
    this.problems[problem].inc();
  }
}
