import { setImmediate as nextTurn } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Logger } from '@app/operations';
import type { Capability, ScrapeRequestMessage } from '@app/protocol';
import { Heartbeat, type HeartbeatOptions } from '../heartbeat/heartbeat.js';
import { type PathCalls, PathRegistration } from '../paths/path-registration.js';
import type { TargetTable } from '../paths/target-table.js';
import type { ResponseStreams, ResponseWriter } from '../scrape/response-writer.js';
import type { Scrape } from '../scrape/scrape.js';
import { agentFailure, type ScrapeResult } from '../scrape/scrape-result.js';
import type { CallOutcome, ProxyClient, ReadStream, StreamEnd } from './proxy-port.js';
import { toScrape } from './scrape-request.js';
import { ScrapesInFlight } from './scrapes-in-flight.js';
import { settlesWithin } from './settles-within.js';

/** What every session of an agent works with. */
export interface SessionParts {
  targets: TargetTable;
  /** Makes one scrape; undefined when its signal was aborted before there was a result. */
  scrape: (scrape: Scrape, signal: AbortSignal) => Promise<ScrapeResult | undefined>;
  writer: ResponseWriter;
  heartbeat: HeartbeatOptions;
  log: Logger;
}

/** Registering many paths, or one that hangs, must not keep the others from being served, in milliseconds. */
const REGISTRATION_HEAD_START_MS = 5_000;
/** How long the proxy may take to end write streams that were half-closed, in milliseconds. */
const HALF_CLOSE_MS = 1_000;
/** Answers the proxy leaves unread before the agent gives it up. */
const MAX_IN_FLIGHT = 20_000;

/**
 * One session with a proxy, from its registration to its end. The end of any of its streams, a heartbeat the
 * proxy does not answer or answers with no, and `end` end all of it: scrapes, timers, streams, connection.
 */
export class ProxySession {
  /** Settles with the reason, in words for people. */
  readonly ended: Promise<string>;

  readonly #client: ProxyClient;
  readonly #agentId: string;
  readonly #capabilities: ReadonlySet<Capability>;
  readonly #parts: SessionParts;
  readonly #inFlight = new ScrapesInFlight();
  readonly #registration: PathRegistration;
  readonly #heartbeat: Heartbeat;
  readonly #resolveEnded: (reason: string) => void;
  #streams: ResponseStreams | undefined;
  #isDraining = false;
  #hasEnded = false;

  constructor(
    client: ProxyClient,
    agentId: string,
    capabilities: ReadonlySet<Capability>,
    parts: SessionParts,
  ) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#client = client;
    this.#agentId = agentId;
    this.#capabilities = capabilities;
    this.#parts = parts;
    this.#registration = this.#createRegistration();
    const beat = (): ReturnType<ProxyClient['sendHeartBeat']> => this.#beat();
    this.#heartbeat = new Heartbeat(beat, client.activity, parts.heartbeat, (words) => this.end(words));
  }

  get agentId(): string {
    return this.#agentId;
  }

  get inFlightCount(): number {
    return this.#inFlight.count;
  }

  get registeredPathCount(): number {
    return this.#registration.registeredCount;
  }

  get refusedPathCount(): number {
    return this.#registration.refusedCount;
  }

  /** Register the paths and open the streams. Settles when the session serves, or has ended. */
  async open(): Promise<void> {
    const registered = this.#registration.start();
    await settlesWithin(Promise.race([registered, this.ended]), REGISTRATION_HEAD_START_MS);
    if (!this.#hasEnded) {
      this.#openStreams();
    }
  }

  /** Send a heartbeat if it is due. */
  tick(): void {
    void this.#heartbeat.tick();
  }

  /**
   * Leave: tell the proxy, serve what still arrives until nothing is in flight or `graceMs` have passed, then
   * end in good order.
   */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    await settlesWithin(this.#finishWork(), graceMs);
    await this.#closeInOrder();
    this.end('the agent is leaving');
  }

  /** End it at once. May be called twice; the first reason counts. */
  end(reason: string): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    this.#registration.stop();
    this.#inFlight.abortAll();
    this.#client.close();
    this.#resolveEnded(reason);
  }

  #createRegistration(): PathRegistration {
    const calls: PathCalls = {
      register: ({ path, labels, shownUrl, source }) =>
        this.#watched(
          this.#client.registerPath({
            agentId: this.#agentId,
            path,
            labels,
            targetUrl: shownUrl,
            pathSource: source,
          }),
        ),
      unregister: (path) => this.#watched(this.#client.unregisterPath({ agentId: this.#agentId, path })),
    };
    return new PathRegistration(this.#parts.targets, calls, this.#parts.log);
  }

  /** A call that finds the link gone ends the session: before the streams stand, nothing else would notice. */
  async #watched<T>(call: Promise<CallOutcome<T>>): Promise<CallOutcome<T>> {
    const outcome = await call;
    if (!outcome.ok && outcome.problem.code === status.UNAVAILABLE) {
      this.end(outcome.problem.words);
    }
    return outcome;
  }

  #openStreams(): void {
    const read = this.#client.readRequests(this.#agentId, (request) => this.#accept(request));
    const responses = this.#client.writeResponses();
    const chunks = this.#client.writeChunks(false);
    this.#streams = {
      responses,
      chunks,
      openBodyStream: () => this.#client.writeChunks(true),
      hasFailureCodes: this.#capabilities.has('failure-code'),
    };
    void responses.ended.then((end) => this.#writeStreamEnded(end));
    void chunks.ended.then((end) => this.#writeStreamEnded(end));
    void this.#endWith(read);
  }

  async #endWith(read: ReadStream): Promise<void> {
    const end = await read.ended;
    if (end === undefined && !this.#hasEnded) {
      this.#inFlight.abortAll();
      this.#isDraining = true;
      await this.#closeInOrder();
    }
    this.end(end === undefined ? 'the proxy ended the session' : end.words);
  }

  #writeStreamEnded(end: StreamEnd): void {
    if (!this.#isDraining) {
      this.end(end === undefined ? 'the proxy ended a stream of answers' : end.words);
    }
  }

  async #closeInOrder(): Promise<void> {
    if (this.#streams === undefined || this.#hasEnded) {
      return;
    }
    const { responses, chunks } = this.#streams;
    responses.halfClose();
    chunks.halfClose();
    await settlesWithin(
      Promise.race([Promise.all([responses.ended, chunks.ended]), this.ended]),
      HALF_CLOSE_MS,
    );
  }

  async #finishWork(): Promise<void> {
    if (this.#capabilities.has('draining')) {
      await this.#beat();
    }
    do {
      await this.#inFlight.whenIdle();
      // What was sent before the proxy knew may be in the socket still.
      await nextTurn();
    } while (this.#inFlight.count > 0);
  }

  #beat(): ReturnType<ProxyClient['sendHeartBeat']> {
    const isAnnounced = this.#isDraining && this.#capabilities.has('draining');
    return this.#client.sendHeartBeat({
      agentId: this.#agentId,
      ...(isAnnounced ? { draining: true } : {}),
    });
  }

  #accept(request: ScrapeRequestMessage): void {
    if (request.cancelled) {
      this.#inFlight.abort(request.scrapeId);
    } else if (this.#inFlight.count >= MAX_IN_FLIGHT) {
      this.end('the proxy does not read its answers');
    } else if (!this.#hasEnded) {
      void this.#serve(toScrape(request));
    }
  }

  async #serve(scrape: Scrape): Promise<void> {
    const signal = this.#inFlight.begin(scrape.scrapeId);
    if (signal === undefined) {
      this.#parts.log.warn({ scrapeId: scrape.scrapeId }, 'scrape id is in use already, request dropped');
      return;
    }
    try {
      const result = await this.#resultOf(scrape, signal);
      if (result !== undefined) {
        await this.#answer(scrape.scrapeId, result, signal);
      }
    } catch (error) {
      this.#parts.log.error({ err: error, path: scrape.path }, 'answering a scrape failed');
    } finally {
      this.#inFlight.end(scrape.scrapeId);
    }
  }

  async #resultOf(scrape: Scrape, signal: AbortSignal): Promise<ScrapeResult | undefined> {
    try {
      return await this.#parts.scrape(scrape, signal);
    } catch (error) {
      this.#parts.log.error({ err: error, path: scrape.path }, 'scraping failed');
      return agentFailure('target_unreachable', 'internal error in the agent, see its log');
    }
  }

  async #answer(scrapeId: number, result: ScrapeResult, signal: AbortSignal): Promise<void> {
    try {
      if (this.#streams !== undefined && !signal.aborted) {
        await this.#parts.writer.write({ agentId: this.#agentId, scrapeId }, result, this.#streams);
      }
    } finally {
      if (result.kind === 'answered') {
        result.release();
      }
    }
  }
}
