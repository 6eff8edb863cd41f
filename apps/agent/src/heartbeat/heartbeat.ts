import type { HeartBeatResponseMessage } from '@app/protocol';
import type { CallOutcome, LinkActivity } from '../connection/proxy-port.js';

export interface HeartbeatOptions {
  isEnabled: boolean;
  /** Silence after which one is due, in milliseconds. */
  maxInactivityMs: number;
}

/** How long the proxy may take to answer one, in milliseconds. */
export const HEARTBEAT_DEADLINE_MS = 3_000;
const MAX_FAILURES = 3;
/** A call that failed slower than this has waited enough: the next one goes out at once. */
const SLOW_FAILURE_MS = 500;

/**
 * Keeps one session alive and finds out when it is not. A heartbeat goes out when nothing was sent to the
 * proxy, or nothing heard from it, for too long; the second shows a half-open link that is still written to.
 */
export class Heartbeat {
  readonly #send: () => Promise<CallOutcome<HeartBeatResponseMessage>>;
  readonly #activity: LinkActivity;
  readonly #options: HeartbeatOptions;
  readonly #onDead: (words: string) => void;
  #isUnderWay = false;
  #failures = 0;

  /**
   * @param send - must settle within its own deadline
   * @param onDead - told, with words for people, when the proxy disowns the session or does not answer
   */
  constructor(
    send: () => Promise<CallOutcome<HeartBeatResponseMessage>>,
    activity: LinkActivity,
    options: HeartbeatOptions,
    onDead: (words: string) => void,
  ) {
    this.#send = send;
    this.#activity = activity;
    this.#options = options;
    this.#onDead = onDead;
  }

  /** Send one if it is due. Called again and again, for as long as the session lives. */
  async tick(): Promise<void> {
    if (!this.#options.isEnabled || this.#isUnderWay || !this.#isDue()) {
      return;
    }
    this.#isUnderWay = true;
    try {
      let isToRepeat = true;
      while (isToRepeat) {
        isToRepeat = await this.#beat();
      }
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** Whether the next one is to follow at once. */
  async #beat(): Promise<boolean> {
    const startedAtMs = performance.now();
    const outcome = await this.#send();
    if (outcome.ok) {
      this.#failures = 0;
      if (!outcome.value.valid) {
        this.#onDead(`the proxy does not know this session any more: ${outcome.value.reason}`);
      }
      return false;
    }
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES) {
      this.#onDead(`${MAX_FAILURES} heartbeats failed: ${outcome.problem.words}`);
      return false;
    }
    return performance.now() - startedAtMs >= SLOW_FAILURE_MS;
  }

  #isDue(): boolean {
    const quietSinceMs = Math.min(this.#activity.sentAtMs, this.#activity.heardAtMs);
    return this.#failures > 0 || performance.now() - quietSinceMs > this.#options.maxInactivityMs;
  }
}
