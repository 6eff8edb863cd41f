import { RepeatedWarnings } from '@app/operations';
import { formatEndpoint } from '../config/proxy-endpoints.js';
import { pause } from '../pause.js';
import { EndpointRound, type Place } from './endpoints.js';
import { Failback, type Placed } from './failback.js';
import type { ProxySession } from './proxy-session.js';
import { reconnectDelayMs } from './reconnect-pacing.js';
import { ServedSessions } from './served-sessions.js';
import { SessionOpening, type OpeningOptions, type OpeningParts } from './session-opening.js';

/** Where a connection is, with what that state owns. */
export type ConnectionState =
  /** Owns the pause before the next round, which `stop` cuts short. */
  | { kind: 'waiting' }
  /** Dials; ends with the proxy's answer or its deadline. */
  | { kind: 'connecting'; proxy: string }
  /** A session begins; ends when it serves or was refused. */
  | { kind: 'registering'; proxy: string }
  /** Owns the session; ends with it, or when one with a preferred proxy takes its place. */
  | { kind: 'serving'; proxy: string; session: ProxySession; sinceMs: number }
  /** Owns the session; ends when nothing is in flight or the grace is over. */
  | { kind: 'draining'; proxy: string; session: ProxySession }
  /** Owns nothing, for good. */
  | { kind: 'closed' };

export interface ConnectionOptions extends OpeningOptions {
  reconnectPauseMs: number;
  /** Between two looks for a preferred proxy, in milliseconds. */
  failbackProbeMs: number;
  random?: () => number;
}

export interface ConnectionParts extends OpeningParts {
  /** Told how each attempt to get a session ended. */
  observeConnect: (outcome: 'success' | 'failure') => void;
}

/** A session that ended sooner did not serve: the next endpoint may do better. */
const SERVED_MS = 1_000;

/**
 * Keeps one session with a proxy: dials the endpoints in order, serves, moves to a preferred one when that is back, and
 * dials again when the session has ended, until it is drained or closed.
 */
export class ProxyConnection {
  readonly #options: ConnectionOptions;
  readonly #parts: ConnectionParts;
  readonly #round: EndpointRound;
  readonly #opening: SessionOpening;
  readonly #served: ServedSessions;
  readonly #stop = new AbortController();
  #state: ConnectionState = { kind: 'waiting' };
  #running: Promise<void> = Promise.resolve();
  readonly #problems: RepeatedWarnings;

  constructor(options: ConnectionOptions, parts: ConnectionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#problems = new RepeatedWarnings(parts.log);
    this.#round = new EndpointRound(options.endpoints);
    this.#opening = new SessionOpening(options, parts);
    this.#served = new ServedSessions({
      failback: this.#createFailback(),
      log: parts.log,
      onServing: (placed) => this.#serving(placed),
      onMoved: () => parts.observeConnect('success'),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Scrapes that were asked for and are not finished. */
  get inFlightCount(): number {
    return this.#served.all.reduce((sum, session) => sum + session.inFlightCount, 0);
  }

  /** Begin to dial. Called once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Send a heartbeat where one is due. */
  tick(): void {
    this.#served.all.forEach((session) => session.tick());
  }

  /** Leave the proxy in good order, within `graceMs` and a little; then closed for good. */
  async drain(graceMs: number): Promise<void> {
    const state = this.#state;
    if (state.kind === 'serving') {
      this.#stop.abort();
      this.#state = { kind: 'draining', proxy: state.proxy, session: state.session };
      await this.#served.drain(graceMs);
    }
    await this.close();
  }

  /** End whatever is going on; then closed for good. May be called twice. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#served.end();
    await this.#running;
    this.#problems.flush();
    this.#state = { kind: 'closed' };
  }

  #createFailback(): Failback {
    const { failbackProbeMs: probeMs, random } = this.#options;
    return new Failback({ places: this.#round.places, probeMs, random }, (place, signal) =>
      this.#opening.open(place, signal),
    );
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const place = this.#round.next();
      if (place === undefined) {
        this.#round.restart();
        await this.#pause(0);
        continue;
      }
      const servedMs = await this.#attempt(place);
      if (servedMs >= SERVED_MS) {
        this.#round.restart();
        await this.#pause(servedMs);
      }
    }
  }

  async #pause(servedMs: number): Promise<void> {
    if (this.#stop.signal.aborted) {
      return;
    }
    this.#state = { kind: 'waiting' };
    const { reconnectPauseMs: pauseMs, random } = this.#options;
    const delayMs = reconnectDelayMs(servedMs, { pauseMs, random });
    await pause(delayMs, this.#stop.signal);
  }

  /** Dial one endpoint and serve. How long it served, in milliseconds; 0 when it came to nothing. */
  async #attempt(place: Place): Promise<number> {
    const proxy = formatEndpoint(place.endpoint);
    this.#state = { kind: 'connecting', proxy };
    const opening = await this.#opening.open(place, this.#stop.signal, () => {
      this.#state = { kind: 'registering', proxy };
    });
    const isAnswered = opening.kind === 'opened' || opening.gotId;
    this.#parts.observeConnect(isAnswered ? 'success' : 'failure');
    if (opening.kind === 'failed') {
      this.#failed(proxy, opening.reason);
      return 0;
    }
    return this.#served.serve({ place, session: opening.session }, this.#stop.signal);
  }

  #serving({ place, session }: Placed): void {
    const proxy = formatEndpoint(place.endpoint);
    this.#state = { kind: 'serving', proxy, session, sinceMs: performance.now() };
    this.#problems.flush();
  }

  #failed(proxy: string, reason: string): void {
    if (!this.#stop.signal.aborted) {
      this.#problems.warn(`${proxy} ${reason}`, { proxy, reason }, 'no connection to proxy');
    }
  }
}
