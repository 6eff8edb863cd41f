import type { CancellationToken } from '@app/deadlines';
import type { Bound, Logger } from '@app/operations';
import type { ResponseStreams, ResponseWriter } from '../scrape/response-writer.js';
import type { Scrape } from '../scrape/scrape.js';
import { agentFailure, type ScrapeResult } from '../scrape/scrape-result.js';
import type { RefusalBacklog } from './refusal-backlog.js';
import { ScrapesInFlight } from './scrapes-in-flight.js';

/** What answering scrapes takes. */
export interface ScrapeParts {
  /** Makes one scrape; undefined when it was cancelled before there was a result. */
  scrape: (scrape: Scrape, cancellation: CancellationToken) => Promise<ScrapeResult | undefined>;
  writer: ResponseWriter;
  log: Logger;
}

/**
 * The scrapes one session was asked for: each is made, answered on the session's streams, and forgotten. Beyond
 * what may be in flight they are refused at once.
 */
export class SessionScrapes {
  readonly #agentId: string | undefined;
  readonly #parts: ScrapeParts;
  readonly #streams: ResponseStreams;
  readonly #inFlight: ScrapesInFlight;
  readonly #refusals: RefusalBacklog;
  #hasWarned = false;

  /**
   * @param agentId - for the answers; undefined where the connection says it
   * @param inFlightBound - of the scrapes that are made, or whose answers the link has not taken
   */
  constructor(
    agentId: string | undefined,
    parts: ScrapeParts,
    streams: ResponseStreams,
    inFlightBound: Bound,
    refusals: RefusalBacklog,
  ) {
    this.#agentId = agentId;
    this.#parts = parts;
    this.#streams = streams;
    this.#inFlight = new ScrapesInFlight(inFlightBound);
    this.#refusals = refusals;
  }

  /** Scrapes that are made, or whose answers the link has not taken. */
  get count(): number {
    return this.#inFlight.count;
  }

  /** Make a scrape and send what comes of it. Never rejects. */
  serve(scrape: Scrape): Promise<void> {
    const begun = this.#inFlight.begin(scrape.scrapeId);
    if (begun === 'in_use') {
      this.#parts.log.warn({ scrapeId: scrape.scrapeId }, 'scrape id is in use already, request dropped');
      return Promise.resolve();
    }
    return begun === 'full' ? this.#refuse(scrape) : this.#make(scrape, begun);
  }

  /** Give one up without an answer. Nothing happens when it is not under way. */
  cancel(scrapeId: number): void {
    this.#inFlight.cancel(scrapeId);
  }

  cancelAll(): void {
    this.#inFlight.cancelAll();
  }

  /** Settles as soon as none is under way. */
  whenIdle(): Promise<void> {
    return this.#inFlight.whenIdle();
  }

  async #make(scrape: Scrape, cancellation: CancellationToken): Promise<void> {
    const { scrapeId, path } = scrape;
    let result: ScrapeResult | undefined;
    try {
      result = await this.#parts.scrape(scrape, cancellation);
    } catch (error) {
      this.#parts.log.error({ err: error, path }, 'scraping failed');
      result = agentFailure('target_unreachable', 'internal error in the agent, see its log');
    }
    try {
      if (result !== undefined && !cancellation.isCancelled) {
        await this.#parts.writer.write({ agentId: this.#agentId, scrapeId }, result, this.#streams);
      }
    } catch (error) {
      this.#parts.log.error({ err: error, path }, 'answering a scrape failed');
    } finally {
      if (result?.kind === 'answered') {
        result.release();
      }
      this.#inFlight.end(scrapeId);
    }
  }

  async #refuse({ scrapeId, path }: Scrape): Promise<void> {
    const level = this.#hasWarned ? 'debug' : 'warn';
    this.#hasWarned = true;
    this.#parts.log[level]({ path, inFlight: this.count }, 'too many scrapes in flight, scrape refused');
    this.#refusals.add();
    try {
      const refusal = agentFailure('overloaded', 'too many scrapes are in flight in the agent');
      await this.#parts.writer.write({ agentId: this.#agentId, scrapeId }, refusal, this.#streams);
    } catch (error) {
      this.#parts.log.error({ err: error, path }, 'refusing a scrape failed');
    } finally {
      this.#refusals.remove();
    }
  }
}
