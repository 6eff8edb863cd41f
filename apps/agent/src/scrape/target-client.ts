import type { CancellationToken } from '@app/deadlines';
import { SocketMeter } from '@app/operations';
import type { HeaderAllowList, PassedHeader } from '@app/protocol';
import { Egress } from '../egress/egress.js';
import { NameLookups } from '../egress/name-lookups.js';
import type { TargetAddress } from '../paths/target-address.js';
import type { TargetTls } from '../target-access/target-tls.js';
import type { FetchOutcome } from './fetch-outcome.js';
import { askInProcess } from './in-process-exchange.js';
import type { MemoryShare } from './memory-budget.js';
import { TargetConnections } from './target-connections.js';
import { type ExchangeLimits, TargetExchange } from './target-exchange.js';

export interface TargetClientOptions extends ExchangeLimits {
  /** For the `User-Agent`. */
  version: string;
  /** Whether the scraper's `Authorization` goes on to the target. */
  forwardAuthorization: boolean;
  /** Which headers of the scraper's the target gets by name; none when left out. */
  requestHeaders?: HeaderAllowList;
}

export interface TargetRequest {
  /** With the query of the scrape. */
  address: TargetAddress;
  /** What the scraper accepts; empty when it did not say. */
  accept: string;
  /** The scraper's own; empty when there is none. */
  authorization: string;
  /** What else the proxy passed on; none when left out. */
  headers?: readonly PassedHeader[] | undefined;
  /** Ask for a body without encoding, and hold all of it up to {@link PLAIN_HOLD_BYTES}. */
  wantsPlain?: boolean;
  /** What is left for the answer, in milliseconds. */
  remainingMs: number;
  /** 0 for the first request of a scrape. */
  retry: number;
}

/** A body without encoding is handed on while it flows from this size, in bytes. */
const PLAIN_HOLD_BYTES = 1024 * 1024;

/**
 * Asks targets over kept-alive connections; redirects are not followed. A connection that turns out to be dead
 * before the first byte of an answer costs nothing: the request is made once more over a new one.
 */
export class TargetClient {
  readonly #options: TargetClientOptions;
  readonly #egress: Egress;
  readonly #sockets: SocketMeter;
  readonly #lookups = new NameLookups();
  readonly #retired = new Set<TargetConnections>();
  #connections: TargetConnections;

  /** @param sockets - is told of each connection to a target */
  constructor(
    options: TargetClientOptions,
    tls: TargetTls,
    egress = Egress.none,
    sockets = new SocketMeter(),
  ) {
    this.#options = options;
    this.#egress = egress;
    this.#sockets = sockets;
    this.#connections = new TargetConnections(tls, egress, sockets, this.#lookups);
  }

  /** Origins with connections that are open or being opened. */
  get originCount(): number {
    return this.#connections.originCount;
  }

  /** Names of targets that are being looked up. */
  get lookupCount(): number {
    return this.#lookups.count;
  }

  /** Make new connections with other trust and certificates; requests in flight end on their old ones. */
  useTls(tls: TargetTls): void {
    const old = this.#connections;
    this.#connections = new TargetConnections(tls, this.#egress, this.#sockets, this.#lookups);
    this.#retired.add(old);
    void old.close().finally(() => this.#retired.delete(old));
  }

  /**
   * Ask a target once.
   *
   * @param share - is charged with what is read and held; the caller releases it
   * @param cancellation - ends the request and, when the body is flowing, the transfer
   */
  async fetch(
    request: TargetRequest,
    share: MemoryShare,
    cancellation: CancellationToken,
  ): Promise<FetchOutcome> {
    if (cancellation.isCancelled) {
      return { kind: 'aborted' };
    }
    const { inProcess } = request.address;
    if (inProcess !== undefined) {
      return askInProcess(inProcess, this.#options.maxBytes, share, cancellation);
    }
    const outcome = await this.#ask(request, false, share, cancellation);
    const mayBeStale = outcome.kind === 'failed' && outcome.brokeBeforeAnswer && !cancellation.isCancelled;
    return mayBeStale ? this.#ask(request, true, share, cancellation) : outcome;
  }

  /** Drop every connection; requests in flight fail. */
  async close(): Promise<void> {
    await Promise.all([this.#connections, ...this.#retired].map((connections) => connections.destroy()));
  }

  #ask(
    request: TargetRequest,
    isFresh: boolean,
    share: MemoryShare,
    cancellation: CancellationToken,
  ): Promise<FetchOutcome> {
    const { origin, pathAndQuery: path } = request.address;
    const limits = {
      maxBytes: this.#options.maxBytes,
      holdBytes: request.wantsPlain === true ? PLAIN_HOLD_BYTES : this.#options.holdBytes,
      responseHeaders: this.#options.responseHeaders,
      isProxied: this.#connections.requestProxy(origin) !== undefined,
    };
    const exchange = new TargetExchange(limits, share, cancellation);
    this.#connections.dispatch({ origin, path, headers: this.#headers(request) }, isFresh, exchange);
    return exchange.outcome;
  }

  #headers(request: TargetRequest): Record<string, string> {
    const headers = this.#options.requestHeaders?.keep(request.headers) ?? {};
    headers['accept'] = request.accept === '' ? '*/*' : request.accept;
    headers['accept-encoding'] = request.wantsPlain === true ? 'identity' : 'gzip';
    headers['user-agent'] = `prometheus-agent/${this.#options.version}`;
    headers['x-prometheus-scrape-timeout-seconds'] = seconds(request.remainingMs);
    const authorization = this.#authorization(request);
    if (authorization !== '') {
      headers['authorization'] = authorization;
    }
    if (request.retry > 0) {
      headers['x-retry-count'] = String(request.retry);
    }
    return headers;
  }

  #authorization(request: TargetRequest): string {
    const forwarded = this.#options.forwardAuthorization ? request.authorization : '';
    return request.address.authorization ?? forwarded;
  }
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.floor(ms)) / 1000);
}
