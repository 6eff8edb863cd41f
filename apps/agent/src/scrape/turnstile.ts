import type { CancellationToken } from '@app/deadlines';
import type { Bound } from '@app/operations';

/** So many are inside at once; who waits is let in in order, and leaves the moment it is cancelled. */
export class Turnstile {
  readonly #bound: Bound;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  /** @param bound - of those inside, at least 1; may be shared: it counts whoever has to wait */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  get insideCount(): number {
    return this.#inside;
  }

  /** Whether there was room; who got in leaves. */
  tryEnter(): boolean {
    if (!this.#bound.admits(this.#inside + this.#waiting.size + 1)) return false;
    this.#inside += 1;
    return true;
  }

  /** Wait for one's turn, where there was no room. Settles with whether one is inside; otherwise it was cancelled. */
  wait(cancellation: CancellationToken): Promise<boolean> {
    if (cancellation.isCancelled) return Promise.resolve(false);
    return new Promise((resolve) => {
      const letIn = (): void => {
        cancellation.offCancel(giveUp);
        this.#waiting.delete(letIn);
        this.#inside += 1;
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.delete(letIn);
        resolve(false);
      };
      this.#waiting.add(letIn);
      cancellation.onCancel(giveUp);
    });
  }

  /** Make room for the next. Once for each that got in. */
  leave(): void {
    this.#inside -= 1;
    const [next] = this.#waiting;
    next?.();
  }
}
