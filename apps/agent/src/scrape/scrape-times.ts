/** Where the time of one scrape goes in the agent, by a monotonic clock. */
export class ScrapeTimes {
  readonly #now: () => number;
  readonly #startedAtMs: number;
  #fetchStartedAtMs: number | undefined;
  #fetchedMs = 0;
  #waitedMs = 0;
  #hasFetched = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAtMs = now();
  }

  /** Whether the target was asked. */
  get hasFetched(): boolean {
    return this.#hasFetched;
  }

  /** At the target, over all attempts. */
  get targetSecs(): number {
    return this.#fetchedMs / 1_000;
  }

  /** Waiting for a turn, and before another attempt. */
  get waitedSecs(): number {
    return this.#waitedMs / 1_000;
  }

  /** Since it began. */
  get elapsedSecs(): number {
    return (this.#now() - this.#startedAtMs) / 1_000;
  }

  fetchStarted(): void {
    this.#hasFetched = true;
    this.#fetchStartedAtMs = this.#now();
  }

  fetchEnded(): void {
    this.#fetchedMs += this.#now() - (this.#fetchStartedAtMs ?? this.#now());
    this.#fetchStartedAtMs = undefined;
  }

  /** No more attempts: the rest is neither the target's nor spent waiting. */
  end(): void {
    if (this.#fetchStartedAtMs !== undefined) {
      this.fetchEnded();
    }
    this.#waitedMs = this.#now() - this.#startedAtMs - this.#fetchedMs;
  }
}
