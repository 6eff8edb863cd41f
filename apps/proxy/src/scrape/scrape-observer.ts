import type { ScrapeAnswer } from './scrape-answer.js';

/** One scrape, after its answer is known (a large body may still be flowing). */
export interface ScrapeRecord {
  readonly path: string;
  /** Name of the agent that answered, or was asked last; undefined when none was asked: then nobody may know `path`. */
  readonly agentName: string | undefined;
  readonly answer: ScrapeAnswer;
  readonly durationMs: number;
  /** Where several agents' answers were joined: one record each. Observers are told of these, one by one. */
  readonly parts?: readonly ScrapeRecord[];
}

/**
 * Told of every scrape, synchronously, once, after its answer is known.
 *
 * An observer must not block, and must not read or keep the answer's body. What one throws never touches the scrape or
 * the other observers; it is counted in `proxy_module_errors_total` and logged by the module's name.
 */
export interface ScrapeObserver {
  scraped(record: ScrapeRecord): void;
}
