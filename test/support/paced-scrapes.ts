import { scrape, type ScrapeOptions, type ScrapeResult } from './scrape.js';

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

export interface PaceOptions extends ScrapeOptions {
  /** Whether the answer of a success is the right one; any is when left out. */
  readonly isRight?: (result: ScrapeResult) => boolean;
}

/** The reason of a success whose body was not the right one. */
export const WRONG_BODY = 'wrong body';

/** Scrapes sent at an even pace whatever becomes of them, as Prometheus does; those of a moment lost are made up for. */
export class PacedScrapes {
  readonly finished: PacedScrape[] = [];
  readonly #url: string;
  readonly #options: PaceOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #sentCount = 0;

  constructor(
    url: string,
    readonly perSecond: number,
    options: PaceOptions,
  ) {
    this.#url = url;
    this.#options = options;
    const everyMs = 1_000 / perSecond;
    this.#timer = setInterval(() => {
      const due = Math.floor((performance.now() - this.#startedAt) / everyMs);
      while (this.#sentCount < due) this.#send();
    }, everyMs);
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
    this.#sentCount += 1;
    const running = this.#scrapeOnce().then((one) => {
      this.finished.push(one);
      this.#underWay.delete(running);
    });
    this.#underWay.add(running);
  }

  async #scrapeOnce(): Promise<PacedScrape> {
    const sentAt = performance.now();
    try {
      const result = await scrape(this.#url, this.#options);
      const { status, headers, isWhole, durationMs } = result;
      if (!isWhole) return { sentAt, durationMs, status: 'none', reason: 'cut' };
      const isWrong = status === 200 && this.#options.isRight?.(result) === false;
      return { sentAt, durationMs, status, reason: isWrong ? WRONG_BODY : (headers['x-proxy-reason'] ?? '') };
    } catch (error) {
      const reason = error instanceof Error ? `${error.name} ${error.message}` : String(error);
      return { sentAt, durationMs: performance.now() - sentAt, status: 'none', reason };
    }
  }
}
