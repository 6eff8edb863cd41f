import type { CancellationToken } from '@app/deadlines';
import { Bound } from '@app/operations';
import { Turnstile } from './turnstile.js';

/** How many large bodies travel at once; who waits leaves the moment it is cancelled. */
export class LargeBodyGate {
  /** Of the bodies that travel at once; reached whenever one has to wait. */
  readonly bound: Bound;
  readonly #turnstile: Turnstile;

  /** @param maxConcurrent - at least 1 */
  constructor(maxConcurrent: number) {
    this.bound = new Bound(maxConcurrent);
    this.#turnstile = new Turnstile(this.bound);
  }

  /** Run `task` when it is its turn; once it runs, it is awaited to its end. */
  async run<T>(
    cancellation: CancellationToken,
    task: () => Promise<T>,
  ): Promise<{ kind: 'ran'; value: T } | { kind: 'aborted' }> {
    if (!this.#turnstile.tryEnter() && !(await this.#turnstile.wait(cancellation))) {
      return { kind: 'aborted' };
    }
    try {
      return { kind: 'ran', value: await task() };
    } finally {
      this.#turnstile.leave();
    }
  }
}
