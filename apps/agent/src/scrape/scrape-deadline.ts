import type { Deadline, Deadlines } from '@app/deadlines';

/**
 * The time a scrape may take, as a signal that aborts when it is over or when the scrape is given up. The
 * clock starts with the object; whoever makes it ends it.
 */
export class ScrapeDeadline {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly #controller = new AbortController();
  readonly #endsAtMs: number;
  readonly #deadline: Deadline;
  readonly #given: AbortSignal;
  #hasPassed = false;

  constructor(limitMs: number, given: AbortSignal, deadlines: Deadlines) {
    this.signal = this.#controller.signal;
    this.limitMs = limitMs;
    this.#endsAtMs = performance.now() + limitMs;
    this.#given = given;
    this.#deadline = deadlines.set(this.#endsAtMs, () => this.#pass());
    given.addEventListener('abort', this.giveUp, { once: true });
    if (given.aborted) {
      this.giveUp();
    }
  }

  /** Whether it was the time that ran out, not somebody who gave up. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now());
  }

  /** Stop the clock; nothing is aborted any more. */
  end(): void {
    this.#deadline.cancel();
    this.#given.removeEventListener('abort', this.giveUp);
  }

  /** Stop the clock and abort what still goes on. */
  readonly giveUp = (): void => {
    this.end();
    this.#controller.abort();
  };

  #pass(): void {
    this.#hasPassed = true;
    this.end();
    this.#controller.abort();
  }
}

/**
 * How long a scrape may take, in milliseconds: what the proxy left of the scraper's deadline, and no longer
 * than the agent's own limit where that was set on purpose or nothing else is known.
 */
export function scrapeLimitMs(
  budgetMs: number | undefined,
  timeout: { timeoutMs: number; isExplicit: boolean },
): number {
  if (budgetMs === undefined) {
    return timeout.timeoutMs;
  }
  return timeout.isExplicit ? Math.min(budgetMs, timeout.timeoutMs) : budgetMs;
}
