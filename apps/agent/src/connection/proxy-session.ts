import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Deadlines } from '@app/deadlines';
import type { Bound } from '@app/operations';
import { type Capability, KnownAccepts, type ScrapeRequestMessage } from '@app/protocol';
import { Heartbeat, type HeartbeatOptions } from '../heartbeat/heartbeat.js';
import { StreamHeartbeats } from '../heartbeat/stream-heartbeats.js';
import { PathRegistration } from '../paths/path-registration.js';
import type { TargetTable } from '../paths/target-table.js';
import type { ResponseStreams } from '../scrape/response-writer.js';
import { BodyStreams } from './body-streams.js';
import { knownAdditions } from './known-additions.js';
import { createPathCalls } from './path-calls.js';
import type { ProxyClient, ReadStream, StreamEnd } from './proxy-port.js';
import { toScrape } from './scrape-request.js';
import { RefusalBacklog } from './refusal-backlog.js';
import { type ScrapeParts, SessionScrapes } from './session-scrapes.js';
import { settlesWithin } from './settles-within.js';

/** What every session of an agent works with. */
export interface SessionParts extends ScrapeParts {
  targets: TargetTable;
  heartbeat: HeartbeatOptions;
  deadlines: Deadlines;
  /** A session has ended: whatever is kept for it may go. */
  forget: (session: object) => void;
}

/** Registering many paths, or one that hangs, must not keep the others from being served, in milliseconds. */
const REGISTRATION_HEAD_START_MS = 5_000;
/** How long the proxy may take to end write streams that were half-closed, in milliseconds. */
const HALF_CLOSE_MS = 1_000;

/** What a session has once it serves. */
interface Service {
  streams: ResponseStreams;
  scrapes: SessionScrapes;
}

/**
 * One session with a proxy, from its registration to its end. The end of any of its streams, a heartbeat the
 * proxy does not answer or answers with no, and `end` end all of it: scrapes, timers, streams, connection.
 */
export class ProxySession {
  readonly agentId: string;
  /** Settles with the reason, in words for people. */
  readonly ended: Promise<string>;

  readonly #client: ProxyClient;
  readonly #capabilities: ReadonlySet<Capability>;
  /** Undefined where the connection says it. */
  readonly #idOnWire: string | undefined;
  readonly #parts: SessionParts;
  readonly #inFlightBound: Bound;
  readonly #registration: PathRegistration;
  readonly #heartbeat: Heartbeat;
  /** Undefined where each is a call. */
  readonly #streamHeartbeats: StreamHeartbeats | undefined;
  readonly #bodyStreams: BodyStreams;
  readonly #resolveEnded: (reason: string) => void;
  readonly #accepts = new KnownAccepts();
  #service: Service | undefined;
  #isLeaving = false;
  #hasEnded = false;

  constructor(
    client: ProxyClient,
    agentId: string,
    capabilities: ReadonlySet<Capability>,
    parts: SessionParts,
    inFlightBound: Bound,
  ) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.agentId = agentId;
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#client = client;
    this.#capabilities = capabilities;
    this.#idOnWire = capabilities.has('implied-agent-id') ? undefined : agentId;
    this.#parts = parts;
    this.#inFlightBound = inFlightBound;
    const end = (words: string): void => this.end(words);
    // Every proxy that announces anything replaces; older ones may keep the first labels, or ask the agent twice.
    const calls = createPathCalls(client, agentId, capabilities.size > 0, end);
    this.#registration = new PathRegistration(parts.targets, calls, parts.log);
    this.#bodyStreams = new BodyStreams(client, parts.log);
    this.#heartbeat = new Heartbeat(() => this.#beat(), client.activity, parts.heartbeat, end);
    this.#streamHeartbeats = capabilities.has('stream-heartbeats')
      ? new StreamHeartbeats(() => this.#writeHeartbeat(), parts.deadlines)
      : undefined;
  }

  /** Scrapes that were asked for and are not finished. */
  get inFlightCount(): number {
    return this.#service?.scrapes.count ?? 0;
  }

  get registeredPathCount(): number {
    return this.#registration.registeredCount;
  }

  get refusedPathCount(): number {
    return this.#registration.refusedCount;
  }

  /** Register the paths and open the streams. Whether the session serves; it has ended otherwise. */
  async open(): Promise<boolean> {
    const registered = this.#registration.start();
    await settlesWithin(Promise.race([registered, this.ended]), REGISTRATION_HEAD_START_MS);
    if (!this.#hasEnded) {
      this.#openStreams();
    }
    return !this.#hasEnded;
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
    this.#isLeaving = true;
    await settlesWithin(this.#finishWork(), graceMs);
    await this.#halfClose();
    this.end('the agent is leaving');
  }

  /** End it at once. May be called twice; the first reason counts. */
  end(reason: string): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    this.#registration.stop();
    this.#streamHeartbeats?.stop();
    this.#service?.scrapes.cancelAll();
    this.#client.close();
    this.#parts.forget(this);
    this.#resolveEnded(reason);
  }

  #openStreams(): void {
    const read = this.#client.readRequests(this.agentId, (request) => this.#accept(request));
    const streams: ResponseStreams = {
      responses: this.#client.writeResponses(),
      chunks: this.#client.writeChunks(false),
      openBodyStream: () => this.#bodyStreams.open(),
      known: knownAdditions(this.#capabilities),
    };
    const refusals = new RefusalBacklog(read, () => this.end('the proxy does not read its answers'));
    void this.ended.then(() => refusals.close());
    const scrapes = new SessionScrapes(this.#idOnWire, this.#parts, streams, this.#inFlightBound, refusals);
    this.#service = { streams, scrapes };
    void streams.responses.ended.then((end) => this.#writeStreamEnded(end));
    void streams.chunks.ended.then((end) => this.#writeStreamEnded(end));
    void this.#endWith(read);
  }

  #accept(request: ScrapeRequestMessage): void {
    const scrapes = this.#service?.scrapes;
    if (scrapes === undefined || this.#hasEnded) {
      return;
    }
    if (request.scrapeId === 0 && this.#streamHeartbeats !== undefined) {
      this.#streamHeartbeats.answered();
    } else if (request.cancelled) {
      scrapes.cancel(request.scrapeId);
    } else {
      this.#serve(scrapes, request);
    }
  }

  #serve(scrapes: SessionScrapes, request: ScrapeRequestMessage): void {
    const accept = this.#accepts.resolve(request);
    if (accept === undefined) {
      this.end('the proxy sent a number for an Accept that it had not defined');
    } else {
      void scrapes.serve({ ...toScrape(request, this), accept });
    }
  }

  async #endWith(read: ReadStream): Promise<void> {
    const end = await read.ended;
    if (end === undefined && !this.#hasEnded) {
      this.#isLeaving = true;
      this.#service?.scrapes.cancelAll();
      await this.#halfClose();
    }
    this.end(end === undefined ? 'the proxy ended the session' : end.words);
  }

  #writeStreamEnded(end: StreamEnd): void {
    if (!this.#isLeaving || end !== undefined) {
      this.end(end === undefined ? 'the proxy ended a stream of answers' : end.words);
    }
  }

  /** Say that no more answers will come, and give the proxy a moment to say that it has them all. */
  async #halfClose(): Promise<void> {
    if (this.#service === undefined || this.#hasEnded) {
      return;
    }
    const { responses, chunks } = this.#service.streams;
    responses.halfClose();
    chunks.halfClose();
    const bothEnded = Promise.all([responses.ended, chunks.ended]);
    await settlesWithin(Promise.race([bothEnded, this.ended]), HALF_CLOSE_MS);
  }

  async #finishWork(): Promise<void> {
    if (this.#capabilities.has('draining')) {
      await this.#beat();
    }
    do {
      await this.#service?.scrapes.whenIdle();
      // What was sent before the proxy knew may be in the socket still.
      await nextTurn();
    } while (this.inFlightCount > 0);
  }

  /** Behind answers that the link has not taken a heartbeat on their stream might be late: then it is a call. */
  #beat(): ReturnType<ProxyClient['sendHeartBeat']> {
    if (this.#streamHeartbeats !== undefined && !this.#isLeaving && this.inFlightCount === 0) {
      return this.#streamHeartbeats.send();
    }
    const isAnnounced = this.#isLeaving && this.#capabilities.has('draining');
    return this.#client.sendHeartBeat({
      agentId: this.#idOnWire,
      ...(isAnnounced ? { draining: true } : {}),
    });
  }

  #writeHeartbeat(): Promise<boolean> {
    const written = this.#service?.streams.responses.write({ agentId: this.#idOnWire });
    return written ?? Promise.resolve(false);
  }
}
