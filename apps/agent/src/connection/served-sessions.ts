import type { Logger } from '@app/operations';
import { formatEndpoint } from '../config/proxy-endpoints.js';
import type { Failback, Placed } from './failback.js';
import type { ProxySession } from './proxy-session.js';

/** How long scrapes in flight may take when a preferred proxy takes over, in milliseconds. */
const MOVE_GRACE_MS = 5_000;
const LOST = 'disconnected from proxy';

export interface ServedSessionsParts {
  failback: Failback;
  log: Logger;
  /** Told of each session that begins to serve. */
  onServing: (placed: Placed) => void;
  /** Told when a preferred proxy has taken over. */
  onMoved: () => void;
}

/**
 * The session that serves, and those whose place it took, while they finish. One that takes another's place serves
 * before that is drained, so that a path is never without an agent.
 */
export class ServedSessions {
  readonly #parts: ServedSessionsParts;
  readonly #replaced = new Map<ProxySession, Promise<void>>();
  #current: Placed | undefined;

  constructor(parts: ServedSessionsParts) {
    this.#parts = parts;
  }

  get all(): ProxySession[] {
    return [...(this.#current === undefined ? [] : [this.#current.session]), ...this.#replaced.keys()];
  }

  /** Serve until the session, or the last of those that take its place, has ended. How long that was, in milliseconds. */
  async serve(first: Placed, signal: AbortSignal): Promise<number> {
    const sinceMs = performance.now();
    let better: Placed | undefined = first;
    let current = first;
    while (better !== undefined) {
      current = better;
      this.#begin(current);
      better = await this.#parts.failback.waitForBetter(current, signal);
      if (better !== undefined) {
        this.#parts.onMoved();
        this.#replaced.set(current.session, this.#leave(current));
      }
    }
    this.#current = undefined;
    const servedMs = performance.now() - sinceMs;
    await this.#lost(current, signal.aborted ? 'info' : 'warn', servedMs);
    return servedMs;
  }

  /** Let all finish what is in flight, within `graceMs` and a little. */
  async drain(graceMs: number): Promise<void> {
    await Promise.all([this.#current?.session.drain(graceMs), ...this.#replaced.values()]);
  }

  /** End all at once, and wait until they are gone. */
  async end(): Promise<void> {
    this.all.forEach((session) => session.end('the agent is leaving'));
    await Promise.all(this.#replaced.values());
  }

  #begin(placed: Placed): void {
    this.#current = placed;
    this.#parts.onServing(placed);
    const proxy = formatEndpoint(placed.place.endpoint);
    const { agentId, registeredPathCount: paths, refusedPathCount: refusedPaths } = placed.session;
    this.#parts.log.info({ proxy, agentId, paths, refusedPaths }, 'connected to proxy');
  }

  async #leave(placed: Placed): Promise<void> {
    await placed.session.drain(MOVE_GRACE_MS);
    this.#replaced.delete(placed.session);
    const proxy = formatEndpoint(placed.place.endpoint);
    this.#parts.log.info({ proxy, reason: 'a preferred proxy serves again' }, LOST);
  }

  async #lost({ place, session }: Placed, level: 'info' | 'warn', servedMs: number): Promise<void> {
    const proxy = formatEndpoint(place.endpoint);
    const reason = await session.ended;
    this.#parts.log[level]({ proxy, reason, servedSecs: Math.round(servedMs / 1_000) }, LOST);
  }
}
