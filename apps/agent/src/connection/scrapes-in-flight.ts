import { Cancellation, type CancellationToken } from '@app/deadlines';
import type { Bound } from '@app/operations';

/** What one session was asked and has not answered, by scrape id. Entries leave when their scrape ends. */
export class ScrapesInFlight {
  readonly #bound: Bound;
  readonly #running = new Map<number, Cancellation>();
  #idle: (() => void)[] = [];

  /** @param bound - of those that are under way; shared by all sessions */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  get count(): number {
    return this.#running.size;
  }

  /** The token of a scrape that begins; or why it does not: its id is under way already, or there is no room. */
  begin(scrapeId: number): CancellationToken | 'in_use' | 'full' {
    if (this.#running.has(scrapeId)) {
      return 'in_use';
    }
    if (!this.#bound.admits(this.#running.size + 1)) {
      return 'full';
    }
    const cancellation = new Cancellation();
    this.#running.set(scrapeId, cancellation);
    return cancellation;
  }

  end(scrapeId: number): void {
    this.#running.delete(scrapeId);
    if (this.#running.size === 0) {
      this.#tellIdle();
    }
  }

  /** Give one up. Nothing happens when it is not under way. */
  cancel(scrapeId: number): void {
    this.#running.get(scrapeId)?.cancel();
  }

  cancelAll(): void {
    for (const cancellation of this.#running.values()) {
      cancellation.cancel();
    }
  }

  /** Settles as soon as none is under way. */
  whenIdle(): Promise<void> {
    return this.#running.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #tellIdle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const tell of waiting) {
      tell();
    }
  }
}
