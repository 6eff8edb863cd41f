import type { ScrapeAnswer } from './scrape-answer.js';

/** One scrape, after its answer is known (a large body may still be flowing). */
export interface ScrapeRecord {
  readonly path: string;
  /** Whether `path` is one that is or was registered; a scraper can make up any other. */
  readonly isKnownPath: boolean;
  /** Name of the agent that answered, or was asked last; undefined when none was asked. */
  readonly agentName: string | undefined;
  readonly answer: ScrapeAnswer;
  readonly durationMs: number;
}

/**
 * Told of every scrape, synchronously, once, after its answer is known.
 *
 * An observer must not throw and must not block, and must not keep the answer's body.
 */
export interface ScrapeObserver {
  scraped(record: ScrapeRecord): void;
}
