import type { RecentScrape } from './recent-scrape.js';

/** Scrapes of one path whose durations are remembered. At most 31: whether each failed is one bit of a number. */
export const HISTORY_LENGTH = 30;

/** One scrape in the history of a path. */
export interface HistoryPoint {
  readonly durationMs: number;
  readonly isFailed: boolean;
}

/** What happened lately at one path. */
export class PathActivity {
  private readonly durationsMs = new Float32Array(HISTORY_LENGTH);
  private failedBits = 0;
  private scrapeCount = 0;
  private failedInARow = 0;
  private lastScrape: RecentScrape | undefined;

  /** Scrapes so far; a page can tell by it that nothing has changed. */
  get scrapes(): number {
    return this.scrapeCount;
  }

  /** Failed scrapes since the last success. */
  get failures(): number {
    return this.failedInARow;
  }

  get last(): RecentScrape | undefined {
    return this.lastScrape;
  }

  note(scrape: RecentScrape): void {
    const index = this.scrapeCount % HISTORY_LENGTH;
    const isFailed = scrape.outcome !== 'success';
    this.durationsMs[index] = scrape.durationMs;
    this.failedBits = isFailed ? this.failedBits | (1 << index) : this.failedBits & ~(1 << index);
    this.failedInARow = isFailed ? this.failedInARow + 1 : 0;
    this.scrapeCount += 1;
    this.lastScrape = scrape;
  }

  /** The last {@link HISTORY_LENGTH} scrapes, the oldest first. */
  history(): HistoryPoint[] {
    const length = Math.min(this.scrapeCount, HISTORY_LENGTH);
    return Array.from({ length }, (_, offset) => {
      const index = (this.scrapeCount - length + offset) % HISTORY_LENGTH;
      return {
        durationMs: this.durationsMs[index] ?? 0,
        isFailed: (this.failedBits & (1 << index)) !== 0,
      };
    });
  }
}
