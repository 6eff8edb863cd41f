import { Bound } from '@app/operations';

/** How many bytes all scrapes may hold at once. Taking more than is left fails; nothing waits here. */
export class MemoryBudget {
  readonly bound: Bound;
  #usedBytes = 0;

  /** @param maxBytes - in bytes, at least 1 */
  constructor(maxBytes: number) {
    this.bound = new Bound(maxBytes);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** A share of the budget, empty at first; its holder releases it. */
  open(): MemoryShare {
    return new MemoryShare(this);
  }

  /** Whether `bytes` more fit; they are taken when they do. */
  take(bytes: number): boolean {
    if (!this.bound.admits(this.#usedBytes + bytes)) {
      return false;
    }
    this.#usedBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

/** What one scrape holds of the budget. */
export class MemoryShare {
  readonly #budget: MemoryBudget;
  #heldBytes = 0;
  #isReleased = false;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether `bytes` more fit into the budget; always false once released. */
  grow(bytes: number): boolean {
    if (this.#isReleased || !this.#budget.take(bytes)) {
      return false;
    }
    this.#heldBytes += bytes;
    return true;
  }

  /** Give back some of what is held. */
  shrink(bytes: number): void {
    const given = Math.min(bytes, this.#heldBytes);
    this.#heldBytes -= given;
    this.#budget.give(given);
  }

  /** Give everything back, for good. May be called twice. */
  release(): void {
    this.#isReleased = true;
    this.shrink(this.#heldBytes);
  }
}
