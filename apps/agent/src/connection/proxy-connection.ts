import type { AgentIdentity } from '../agent-identity.js';
import { formatEndpoint, type ProxyEndpoint } from '../config/proxy-endpoints.js';
import { pause } from '../pause.js';
import { EndpointRound } from './endpoints.js';
import type { ProxyClient } from './proxy-port.js';
import { ProxySession, type SessionParts } from './proxy-session.js';
import { reconnectDelayMs } from './reconnect-pacing.js';
import { registerAgent } from './register-agent.js';

/** Where a connection is, with what that state owns. */
export type ConnectionState =
  /** Owns the pause before the next round, which `stop` cuts short. */
  | { kind: 'waiting' }
  /** Owns the client; ends with the proxy's answer or its deadline. */
  | { kind: 'connecting'; proxy: string; client: ProxyClient }
  /** Owns the client and the session that begins on it; ends when that serves or was refused. */
  | { kind: 'registering'; proxy: string; client: ProxyClient; session?: ProxySession }
  /** Owns the session; ends with it. */
  | { kind: 'serving'; proxy: string; session: ProxySession; sinceMs: number }
  /** Owns the session; ends when nothing is in flight or the grace is over. */
  | { kind: 'draining'; proxy: string; session: ProxySession }
  /** Owns nothing, for good. */
  | { kind: 'closed' };

export interface ConnectionOptions {
  /** The proxies to dial, in order of preference; at least one. */
  endpoints: readonly ProxyEndpoint[];
  isConsolidated: boolean;
  reconnectPauseMs: number;
  random?: () => number;
}

export interface ConnectionParts extends SessionParts {
  identity: AgentIdentity;
  dial: (proxy: string) => ProxyClient;
  /** Told how each attempt to get a session ended. */
  observeConnect: (outcome: 'success' | 'failure') => void;
}

/** A session that ended sooner did not serve: the next endpoint may do better. */
const SERVED_MS = 1_000;
const LOST = 'disconnected from proxy';

/**
 * Keeps one session with a proxy: dials the endpoints in order, serves, and dials again when the session has
 * ended, until it is drained or closed.
 */
export class ProxyConnection {
  readonly #options: ConnectionOptions;
  readonly #parts: ConnectionParts;
  readonly #round: EndpointRound;
  readonly #stop = new AbortController();
  #state: ConnectionState = { kind: 'waiting' };
  #running: Promise<void> = Promise.resolve();
  #lastProblem = '';

  constructor(options: ConnectionOptions, parts: ConnectionParts) {
    this.#options = options;
    this.#parts = parts;
    this.#round = new EndpointRound(options.endpoints);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Begin to dial. Called once. */
  start(): void {
    this.#running = this.#run();
  }

  /** Send a heartbeat if one is due. */
  tick(): void {
    if (this.#state.kind === 'serving' || this.#state.kind === 'draining') {
      this.#state.session.tick();
    }
  }

  /** Leave the proxy in good order, within `graceMs` and a little; then closed for good. */
  async drain(graceMs: number): Promise<void> {
    const state = this.#state;
    if (state.kind === 'serving') {
      this.#stop.abort();
      this.#state = { kind: 'draining', proxy: state.proxy, session: state.session };
      await state.session.drain(graceMs);
    }
    await this.close();
  }

  /** End whatever is going on; then closed for good. May be called twice. */
  async close(): Promise<void> {
    this.#stop.abort();
    const state = this.#state;
    if ('session' in state) {
      state.session?.end('the agent is leaving');
    }
    if ('client' in state) {
      state.client.close();
    }
    await this.#running;
    this.#state = { kind: 'closed' };
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const next = this.#round.next();
      if (next === undefined) {
        this.#round.restart();
        await this.#pause(0);
        continue;
      }
      const servedMs = await this.#attempt(formatEndpoint(next.endpoint), next.index);
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
  async #attempt(proxy: string, index: number): Promise<number> {
    const client = this.#parts.dial(proxy);
    try {
      this.#state = { kind: 'connecting', proxy, client };
      const connected = await client.connectAgent();
      this.#parts.observeConnect(connected.ok ? 'success' : 'failure');
      if (!connected.ok) {
        return this.#failed(proxy, connected.problem.words);
      }
      this.#state = { kind: 'registering', proxy, client };
      const registered = await this.#register(client, connected.value, index);
      if (typeof registered === 'string') {
        return this.#failed(proxy, registered);
      }
      if (this.#stop.signal.aborted) {
        return 0;
      }
      const session = new ProxySession(client, connected.value, registered, this.#parts);
      this.#state = { kind: 'registering', proxy, client, session };
      return await this.#serve(proxy, session);
    } finally {
      client.close();
    }
  }

  #register(client: ProxyClient, agentId: string, proxyIndex: number): ReturnType<typeof registerAgent> {
    const { endpoints, isConsolidated } = this.#options;
    const proxies = endpoints.map(formatEndpoint);
    const { identity } = this.#parts;
    return registerAgent(client, agentId, { identity, isConsolidated, proxies, proxyIndex });
  }

  async #serve(proxy: string, session: ProxySession): Promise<number> {
    const ended = session.ended.then(() => performance.now());
    if (!(await session.open())) {
      return this.#failed(proxy, await session.ended);
    }
    const sinceMs = performance.now();
    this.#state = { kind: 'serving', proxy, session, sinceMs };
    this.#lastProblem = '';
    const { agentId, registeredPathCount: paths, refusedPathCount: refusedPaths } = session;
    this.#parts.log.info({ proxy, agentId, paths, refusedPaths }, 'connected to proxy');

    const servedMs = (await ended) - sinceMs;
    const reason = await session.ended;
    const level = this.#stop.signal.aborted ? 'info' : 'warn';
    this.#parts.log[level]({ proxy, reason, servedSecs: Math.round(servedMs / 1_000) }, LOST);
    return servedMs;
  }

  #failed(proxy: string, reason: string): number {
    const isNews = `${proxy} ${reason}` !== this.#lastProblem;
    this.#lastProblem = `${proxy} ${reason}`;
    if (!this.#stop.signal.aborted) {
      this.#parts.log[isNews ? 'warn' : 'debug']({ proxy, reason }, 'no connection to proxy');
    }
    return 0;
  }
}
