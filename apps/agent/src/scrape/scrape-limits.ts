import { Bound } from '@app/operations';
import PQueue from 'p-queue';

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
  readonly #overall: PQueue;
  readonly #perTarget = new Map<string, TargetQueue>();
  #waiting = 0;

  constructor(options: ScrapeLimitOptions) {
    this.overallBound = new Bound(options.maxConcurrent);
    this.perTargetBound = new Bound(options.maxConcurrentPerTarget);
    this.waitingBound = new Bound(options.maxWaiting);
    this.#overall = new PQueue({ concurrency: options.maxConcurrent });
  }

  get runningCount(): number {
    return this.#overall.pending;
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
    const turn = new Turn(() => (this.#waiting -= 1));
    this.#waiting += 1;
    const target = this.#enter(targetKey);
    try {
      const value = await target.queue.add(() => this.#runOverall(turn, signal, task), { signal });
      return { kind: 'ran', value };
    } catch (error) {
      if (signal.aborted) {
        return { kind: 'aborted', stage: turn.stage };
      }
      throw error;
    } finally {
      turn.stopWaiting();
      this.#leave(targetKey, target);
    }
  }

  #runOverall<T>(turn: Turn, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    turn.stage = 'overall';
    this.overallBound.admits(this.#overall.pending + this.#overall.size + 1);
    const started = async (): Promise<T> => {
      turn.stage = 'running';
      turn.stopWaiting();
      return task();
    };
    return this.#overall.add(started, { signal });
  }

  #enter(targetKey: string): TargetQueue {
    const concurrency = this.perTargetBound.limit;
    const target = this.#perTarget.get(targetKey) ?? { queue: new PQueue({ concurrency }), users: 0 };
    target.users += 1;
    this.perTargetBound.admits(target.users);
    this.#perTarget.set(targetKey, target);
    return target;
  }

  #leave(targetKey: string, target: TargetQueue): void {
    target.users -= 1;
    if (target.users === 0) {
      this.#perTarget.delete(targetKey);
    }
  }
}

/** One target's queue, kept for as long as somebody waits in it or runs. */
interface TargetQueue {
  queue: PQueue;
  users: number;
}

/** How far one fetch has come on its way to running. */
class Turn {
  stage: 'target' | 'overall' | 'running' = 'target';
  #leave: (() => void) | undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  stopWaiting(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
