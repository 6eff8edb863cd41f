import { Agent, Client, type Dispatcher } from 'undici';
import type { TargetAddress } from '../paths/target-address.js';
import type { FetchOutcome } from './fetch-outcome.js';
import type { MemoryShare } from './memory-budget.js';
import { type ExchangeLimits, TargetExchange } from './target-exchange.js';

export interface TargetClientOptions extends ExchangeLimits {
  /** For the `User-Agent`. */
  version: string;
  /** Whether the scraper's `Authorization` goes on to the target. */
  forwardAuthorization: boolean;
}

export interface TargetRequest {
  /** With the query of the scrape. */
  address: TargetAddress;
  /** What the scraper accepts; empty when it did not say. */
  accept: string;
  /** The scraper's own; empty when there is none. */
  authorization: string;
  /** What is left for the answer, in milliseconds. */
  remainingMs: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Long enough for scrapes a minute apart to share a connection. */
const KEEP_ALIVE_MS = 90_000;
const KEEP_ALIVE_MAX_MS = 300_000;

/** Every wait is bounded by the signal of the fetch, so undici's own time limits are off. */
const CLIENT_OPTIONS = {
  allowH2: false,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
  connect: { timeout: CONNECT_TIMEOUT_MS },
} as const;

/**
 * Asks targets over kept-alive connections; redirects are not followed. A connection that turns out to be dead
 * before the first byte of an answer costs nothing: the request is made once more over a new one.
 */
export class TargetClient {
  readonly #options: TargetClientOptions;
  readonly #pools = new Agent(CLIENT_OPTIONS);

  constructor(options: TargetClientOptions) {
    this.#options = options;
  }

  /** Origins with connections that are open or being opened. */
  get originCount(): number {
    return Object.keys(this.#pools.stats).length;
  }

  /**
   * Ask a target once.
   *
   * @param share - is charged with what is read and held; the caller releases it
   * @param signal - ends the request and, when the body is flowing, the transfer
   */
  async fetch(request: TargetRequest, share: MemoryShare, signal: AbortSignal): Promise<FetchOutcome> {
    if (signal.aborted) {
      return { kind: 'aborted' };
    }
    const outcome = await this.#ask(this.#pools, request, share, signal);
    if (outcome.kind !== 'failed' || !outcome.brokeBeforeAnswer || signal.aborted) {
      return outcome;
    }
    const fresh = new Client(request.address.origin, CLIENT_OPTIONS);
    const again = this.#ask(fresh, request, share, signal);
    void fresh.close();
    return again;
  }

  /** Drop every connection; requests in flight fail. */
  async close(): Promise<void> {
    await this.#pools.destroy();
  }

  #ask(
    dispatcher: Dispatcher,
    request: TargetRequest,
    share: MemoryShare,
    signal: AbortSignal,
  ): Promise<FetchOutcome> {
    const exchange = new TargetExchange(this.#options, share, signal);
    dispatcher.dispatch(
      {
        origin: request.address.origin,
        path: request.address.pathAndQuery,
        method: 'GET',
        headers: this.#headers(request),
      },
      exchange,
    );
    return exchange.outcome;
  }

  #headers(request: TargetRequest): Record<string, string> {
    const authorization = this.#authorization(request);
    return {
      accept: request.accept === '' ? '*/*' : request.accept,
      'accept-encoding': 'gzip',
      'user-agent': `prometheus-agent/${this.#options.version}`,
      'x-prometheus-scrape-timeout-seconds': seconds(request.remainingMs),
      ...(authorization === '' ? {} : { authorization }),
    };
  }

  #authorization(request: TargetRequest): string {
    const forwarded = this.#options.forwardAuthorization ? request.authorization : '';
    return request.address.authorization ?? forwarded;
  }
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.floor(ms)) / 1000);
}
