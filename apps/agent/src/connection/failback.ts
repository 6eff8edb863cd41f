import { pause } from '../pause.js';
import type { Place } from './endpoints.js';
import type { ProxySession } from './proxy-session.js';
import type { Opening } from './session-opening.js';

export interface FailbackOptions {
  /** In order of preference. */
  places: readonly Place[];
  /** Between two looks, in milliseconds, give or take a fifth. */
  probeMs: number;
  random?: () => number;
}

/** A session, and the proxy it is with. */
export interface Placed {
  place: Place;
  session: ProxySession;
}

const JITTER = 0.2;
/** A proxy that comes and goes must not pull its agents along more often than this, in milliseconds. */
const BETWEEN_MOVES_MS = 60_000;

/** Looks, while a less preferred proxy serves, whether a preferred one does again. */
export class Failback {
  readonly #options: FailbackOptions;
  readonly #open: (place: Place, signal: AbortSignal) => Promise<Opening>;
  #movedAtMs = -Infinity;

  /** @param open - dial a proxy; a look is a session there, so that what it finds is known to serve */
  constructor(options: FailbackOptions, open: (place: Place, signal: AbortSignal) => Promise<Opening>) {
    this.#options = options;
    this.#open = open;
  }

  /**
   * Wait until the session has ended or a preferred proxy serves too. A session with that one is the caller's then;
   * undefined when `current` has ended or the signal has aborted.
   */
  async waitForBetter(current: Placed, signal: AbortSignal): Promise<Placed | undefined> {
    const better = this.#options.places.slice(0, current.place.index);
    const stop = new AbortController();
    const end = (): void => stop.abort();
    const ended = current.session.ended.then(end);
    signal.addEventListener('abort', end, { once: true });
    try {
      while (better.length > 0 && !stop.signal.aborted) {
        await pause(this.#delayMs(), stop.signal);
        const found = await this.#look(better, stop.signal);
        if (found !== undefined && !signal.aborted) {
          return found;
        }
        found?.session.end('the agent is leaving');
      }
      await ended;
      return undefined;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #look(better: readonly Place[], signal: AbortSignal): Promise<Placed | undefined> {
    if (performance.now() - this.#movedAtMs < BETWEEN_MOVES_MS) {
      return undefined;
    }
    for (const place of better) {
      const opening = signal.aborted ? undefined : await this.#open(place, signal);
      if (opening?.kind === 'opened') {
        this.#movedAtMs = performance.now();
        return { place, session: opening.session };
      }
    }
    return undefined;
  }

  #delayMs(): number {
    const { probeMs, random = Math.random } = this.#options;
    return probeMs * (1 - JITTER + 2 * JITTER * random());
  }
}
