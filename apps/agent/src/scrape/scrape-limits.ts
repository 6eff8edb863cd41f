import type { CancellationToken } from '@app/deadlines';
import { Bound } from '@app/operations';
import { Turnstile } from './turnstile.js';

export interface ScrapeLimitOptions {
  /** Fetches at once, over all targets. */
  maxConcurrent: number;
  /** Fetches at once of one target URL with its query. */
  maxConcurrentPerTarget: number;
  /** Fetches that wait for their turn. */
  maxWaiting: number;
}

/** Whose turn it is, or why it is nobody's. */
export type Turn =
  /** Whoever got it ends it, once. */
  | { kind: 'taken'; end: () => void }
  /** So many wait already. */
  | { kind: 'overloaded' }
  /** It was cancelled, while waiting for others of the same target or for a free place among all. */
  | { kind: 'cancelled'; stage: 'target' | 'overall' };

/**
 * How many fetches run at once, and who waits. A fetch waits for its target first and holds no place among
 * all meanwhile, so one hung target delays nobody else. Whoever waits leaves the moment it is cancelled.
 */
export class ScrapeLimits {
  /** Of the fetches at once; reached whenever one has to wait. */
  readonly overallBound: Bound;
  /** Of the fetches of one target at once; reached whenever one has to wait. */
  readonly perTargetBound: Bound;
  /** Of those that wait; reached whenever one is refused. */
  readonly waitingBound: Bound;
  readonly #overall: Turnstile;
  readonly #perTarget = new Map<string, TargetTurns>();
  #waiting = 0;

  constructor(options: ScrapeLimitOptions) {
    this.overallBound = new Bound(options.maxConcurrent);
    this.perTargetBound = new Bound(options.maxConcurrentPerTarget);
    this.waitingBound = new Bound(options.maxWaiting);
    this.#overall = new Turnstile(this.overallBound);
  }

  get runningCount(): number {
    return this.#overall.insideCount;
  }

  get waitingCount(): number {
    return this.#waiting;
  }

  /** Targets that are fetched or waited for. */
  get targetCount(): number {
    return this.#perTarget.size;
  }

  /**
   * Take a turn: at once where there is room.
   *
   * @param targetKey - the target's URL with its query
   */
  take(targetKey: string, cancellation: CancellationToken): Turn | Promise<Turn> {
    if (!this.waitingBound.admits(this.#waiting + 1)) {
      return { kind: 'overloaded' };
    }
    const turns = this.#join(targetKey);
    return turns.target.tryEnter()
      ? this.#takePlace(targetKey, turns, cancellation)
      : this.#waitForTarget(targetKey, turns, cancellation);
  }

  /** Where it is this one's turn at the target. */
  #takePlace(targetKey: string, turns: TargetTurns, cancellation: CancellationToken): Turn | Promise<Turn> {
    return this.#overall.tryEnter()
      ? this.#taken(targetKey, turns)
      : this.#waitForPlace(targetKey, turns, cancellation);
  }

  async #waitForTarget(
    targetKey: string,
    turns: TargetTurns,
    cancellation: CancellationToken,
  ): Promise<Turn> {
    if (!(await this.#wait(turns.target, cancellation))) {
      this.#part(targetKey, turns);
      return { kind: 'cancelled', stage: 'target' };
    }
    return this.#takePlace(targetKey, turns, cancellation);
  }

  async #waitForPlace(targetKey: string, turns: TargetTurns, cancellation: CancellationToken): Promise<Turn> {
    if (await this.#wait(this.#overall, cancellation)) {
      return this.#taken(targetKey, turns);
    }
    turns.target.leave();
    this.#part(targetKey, turns);
    return { kind: 'cancelled', stage: 'overall' };
  }

  #taken(targetKey: string, turns: TargetTurns): Turn {
    const end = (): void => {
      this.#overall.leave();
      turns.target.leave();
      this.#part(targetKey, turns);
    };
    return { kind: 'taken', end };
  }

  async #wait(turnstile: Turnstile, cancellation: CancellationToken): Promise<boolean> {
    this.#waiting += 1;
    try {
      return await turnstile.wait(cancellation);
    } finally {
      this.#waiting -= 1;
    }
  }

  #join(targetKey: string): TargetTurns {
    const held = this.#perTarget.get(targetKey);
    if (held !== undefined) {
      held.users += 1;
      return held;
    }
    const turns = { target: new Turnstile(this.perTargetBound), users: 1 };
    this.#perTarget.set(targetKey, turns);
    return turns;
  }

  #part(targetKey: string, turns: TargetTurns): void {
    turns.users -= 1;
    if (turns.users === 0) {
      this.#perTarget.delete(targetKey);
    }
  }
}

/** Whose turn it is at one target, kept for as long as somebody waits or runs. */
interface TargetTurns {
  target: Turnstile;
  users: number;
}
