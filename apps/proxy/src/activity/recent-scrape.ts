import type { FailureCode } from '@app/protocol';
import type { ScrapeRecord } from '../scrape/scrape-observer.js';

/** How a scrape ended; `abandoned` when the scraper hung up before the answer. */
export type ScrapeOutcome = 'success' | 'abandoned' | FailureCode;

/** What is remembered of a scrape: nothing that holds its body. */
export interface RecentScrape {
  /** Unique among the scrapes that are remembered together. */
  readonly id: number;
  readonly path: string;
  /** Undefined when no agent was asked. */
  readonly agentName: string | undefined;
  /** Wall clock, in milliseconds, when the answer was known. */
  readonly atMs: number;
  readonly outcome: ScrapeOutcome;
  /** HTTP status of the answer; 0 when it was abandoned. */
  readonly status: number;
  /** Why it failed; empty for a success. */
  readonly words: string;
  readonly durationMs: number;
  /** Bytes of the body as they came over the link; 0 when it failed. */
  readonly bytes: number;
}

const HUNG_UP = 'the scraper hung up before the answer';

export function toRecentScrape(record: ScrapeRecord, id: number, atMs: number): RecentScrape {
  const { path, agentName, answer, durationMs } = record;
  const known = { id, path, agentName, atMs, durationMs };
  switch (answer.kind) {
    case 'success': {
      const { status, body } = answer;
      return { ...known, outcome: 'success', status, words: '', bytes: body.arrivedBytes ?? body.byteCount };
    }
    case 'failure':
      return { ...known, outcome: answer.code, status: answer.status, words: answer.words, bytes: 0 };
    case 'abandoned':
      return { ...known, outcome: 'abandoned', status: 0, words: HUNG_UP, bytes: 0 };
  }
}
