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

/** What became of a task: its value, or why it did not run. */
export type TurnOutcome<T> =
  | { kind: 'ran'; value: T }
  | { kind: 'overloaded' }
  /** The signal was aborted, while waiting for others of the same target or for a free place among all. */
  | { kind: 'aborted'; stage: 'target' | 'overall' | 'running' };

/**
 * How many fetches run at once, and who waits. A fetch waits for its target first and holds no place among
 * all meanwhile, so one hung target delays nobody else. Whoever waits leaves the moment its signal aborts.
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
   * Run `task` when it is its turn. It must end soon after `signal` aborts.
   *
   * @param targetKey - the target's URL with its query
   */
  async run<T>(targetKey: string, signal: AbortSignal, task: () => Promise<T>): Promise<TurnOutcome<T>> {
    if (!this.waitingBound.admits(this.#waiting + 1)) {
      return { kind: 'overloaded' };
    }
    const turns = this.#join(targetKey);
    try {
      return await this.#runInTurn(turns, signal, task);
    } catch (error) {
      if (signal.aborted) {
        return { kind: 'aborted', stage: 'running' };
      }
      throw error;
    } finally {
      this.#part(targetKey, turns);
    }
  }

  async #runInTurn<T>(
    { target }: TargetTurns,
    signal: AbortSignal,
    task: () => Promise<T>,
  ): Promise<TurnOutcome<T>> {
    if (!target.tryEnter() && !(await this.#wait(target, signal))) {
      return { kind: 'aborted', stage: 'target' };
    }
    try {
      if (!this.#overall.tryEnter() && !(await this.#wait(this.#overall, signal))) {
        return { kind: 'aborted', stage: 'overall' };
      }
      try {
        return { kind: 'ran', value: await task() };
      } finally {
        this.#overall.leave();
      }
    } finally {
      target.leave();
    }
  }

  async #wait(turnstile: Turnstile, signal: AbortSignal): Promise<boolean> {
    this.#waiting += 1;
    try {
      return await turnstile.wait(signal);
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
