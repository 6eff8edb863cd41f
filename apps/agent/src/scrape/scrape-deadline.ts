import { Cancellation, type CancellationToken, type Deadline, type Deadlines } from '@app/deadlines';

/**
 * The time a scrape may take: cancelled when it is over or when the scrape is given up. The clock starts with the
 * object; whoever makes it ends it.
 */
export class ScrapeDeadline {
  readonly limitMs: number;
  readonly #over = new Cancellation();
  readonly #endsAtMs: number;
  readonly #deadline: Deadline;
  readonly #given: CancellationToken;
  #hasPassed = false;

  constructor(limitMs: number, given: CancellationToken, deadlines: Deadlines) {
    this.limitMs = limitMs;
    this.#endsAtMs = performance.now() + limitMs;
    this.#given = given;
    this.#deadline = deadlines.set(this.#endsAtMs, () => this.#pass());
    given.onCancel(this.giveUp);
    if (given.isCancelled) {
      this.giveUp();
    }
  }

  get cancellation(): CancellationToken {
    return this.#over;
  }

  /** Whether it was the time that ran out, not somebody who gave up. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now());
  }

  /** Stop the clock; nothing is cancelled any more. */
  end(): void {
    this.#deadline.cancel();
    this.#given.offCancel(this.giveUp);
  }

  /** Stop the clock and cancel what still goes on. */
  readonly giveUp = (): void => {
    this.end();
    this.#over.cancel();
  };

  #pass(): void {
    this.#hasPassed = true;
    this.end();
    this.#over.cancel();
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
