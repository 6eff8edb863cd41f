import { scrape, type ScrapeOptions } from './scrape.js';

/** One scrape of a paced run. */
export interface PacedScrape {
  /** When it was sent, in ms of the monotonic clock. */
  readonly sentAt: number;
  readonly durationMs: number;
  /** The status, or `none` where there was no whole answer (refused, cut, given up). */
  readonly status: number | 'none';
  /** The code word of a failure, or what broke the connection. */
  readonly reason: string;
}

/** Scrapes sent at an even pace whatever becomes of them, as Prometheus does. */
export class PacedScrapes {
  readonly finished: PacedScrape[] = [];
  readonly #url: string;
  readonly #options: ScrapeOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, perSecond: number, options: ScrapeOptions) {
    this.#url = url;
    this.#options = options;
    this.#timer = setInterval(() => this.#send(), 1_000 / perSecond);
  }

  /** Send no more, and wait for those that are under way. */
  async stop(): Promise<readonly PacedScrape[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return this.finished;
  }

  /** The finished ones that were sent at or after this time. */
  since(sentAt: number): PacedScrape[] {
    return this.finished.filter((one) => one.sentAt >= sentAt);
  }

  #send(): void {
    const running = this.#scrapeOnce().then((one) => {
      this.finished.push(one);
      this.#underWay.delete(running);
    });
    this.#underWay.add(running);
  }

  async #scrapeOnce(): Promise<PacedScrape> {
    const sentAt = performance.now();
    try {
      const { status, headers, isWhole, durationMs } = await scrape(this.#url, this.#options);
      if (!isWhole) return { sentAt, durationMs, status: 'none', reason: 'cut' };
      return { sentAt, durationMs, status, reason: headers['x-proxy-reason'] ?? '' };
    } catch (error) {
      const reason = error instanceof Error ? `${error.name} ${error.message}` : String(error);
      return { sentAt, durationMs: performance.now() - sentAt, status: 'none', reason };
    }
  }
}
