import { Cancellation, type CancellationToken } from '@app/deadlines';
import type { Release, ScrapeAnswer, ScrapeAsk, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import type { ScrapeRecord } from './scrape-observer.js';

/** What somebody on board gets: a record of its own; or that it has to ask again, for this fetch serves others only. */
export type Landing = ScrapeRecord | 'ask_again';

interface Passenger {
  readonly ask: ScrapeAsk;
  readonly boardedAt: number;
  land(landing: Landing): void;
  crash(error: unknown): void;
}

/**
 * One fetch that several identical scrapes wait for.
 *
 * Everybody leaves at the own deadline, or when the own scraper hangs up; when nobody is left, the fetch is given up. A body
 * that is whole goes to all and is released when the last one has released it. One that flows goes to the first alone.
 */
export class ScrapeFlight {
  private readonly passengers = new Set<Passenger>();
  private readonly givenUp = new Cancellation();

  /**
   * @param deadlineAt - the first one's, which bounds the fetch
   * @param onOver - called once, when nobody can board any more
   */
  constructor(
    private readonly deadlineAt: number,
    private readonly onOver: () => void,
  ) {}

  /** Given up when nobody waits for the fetch any more. */
  get cancellation(): CancellationToken {
    return this.givenUp;
  }

  /** Wait for what becomes of the fetch, not longer than the deadline of `ask`. Rejects only when the fetch crashes. */
  board(ask: ScrapeAsk): Promise<Landing> {
    const boardedAt = performance.now();
    return new Promise((resolve, reject) => {
      const timer =
        ask.deadlineAt < this.deadlineAt
          ? setTimeout(() => this.leave(passenger, timedOut()), Math.max(0, ask.deadlineAt - boardedAt))
          : undefined;
      const onCancel = (): void => this.leave(passenger, { kind: 'abandoned' });
      const letGo = (): void => {
        clearTimeout(timer);
        ask.cancellation.offCancel(onCancel);
      };
      const passenger: Passenger = {
        ask,
        boardedAt,
        land: (landing) => {
          letGo();
          resolve(landing);
        },
        crash: (error) => {
          letGo();
          reject(error);
        },
      };
      this.passengers.add(passenger);
      ask.cancellation.onCancel(onCancel);
      if (ask.cancellation.isCancelled) {
        onCancel();
      }
    });
  }

  /** The fetch is over: everybody gets what came of it. */
  land(record: ScrapeRecord): void {
    this.onOver();
    const waiting = [...this.passengers];
    this.passengers.clear();
    const { answer } = record;
    this.followFirst(waiting[0], answer);
    const shares = answer.kind === 'success' ? sharesOf(answer, waiting.length) : waiting.map(() => answer);
    waiting.forEach((passenger, at) => {
      const share = shares[at];
      passenger.land(
        share === undefined || this.wasOnlyTooEarly(answer, passenger)
          ? 'ask_again'
          : ownRecord(passenger, record, share, at === 0),
      );
    });
  }

  /** A body that flows is fetched for as long as its one scraper stays. */
  private followFirst(first: Passenger | undefined, answer: ScrapeAnswer): void {
    if (first === undefined || answer.kind !== 'success' || answer.body.rest === undefined) {
      return;
    }
    first.ask.cancellation.onCancel(() => this.givenUp.cancel());
    if (first.ask.cancellation.isCancelled) {
      this.givenUp.cancel();
    }
  }

  /** The fetch failed in a way nobody foresaw: so do all who wait. */
  crash(error: unknown): void {
    this.onOver();
    const waiting = [...this.passengers];
    this.passengers.clear();
    waiting.forEach((passenger) => passenger.crash(error));
  }

  /** Whether the fetch ran out of the first one's time, and this one has more. */
  private wasOnlyTooEarly(answer: ScrapeAnswer, { ask }: Passenger): boolean {
    const ranOut = answer.kind === 'failure' && OUT_OF_TIME.has(answer.code);
    return ranOut && ask.deadlineAt > Math.max(this.deadlineAt, performance.now());
  }

  private leave(passenger: Passenger, answer: ScrapeAnswer): void {
    if (!this.passengers.delete(passenger)) {
      return;
    }
    passenger.land(ownRecord(passenger, { path: passenger.ask.path, agentName: undefined }, answer, true));
    if (this.passengers.size === 0) {
      this.onOver();
      this.givenUp.cancel();
    }
  }
}

const OUT_OF_TIME: ReadonlySet<string> = new Set(['timed_out', 'upstream_timed_out']);

function timedOut(): ScrapeAnswer {
  return failure('timed_out', 'the scrape this one shares a fetch with was not answered in time');
}

/** A share for each of `count`; one alone for a body that flows. Nobody's body is released at once. */
function sharesOf(success: ScrapeSuccess, count: number): ScrapeSuccess[] {
  const { body } = success;
  if (count === 0) {
    body.release();
    return [];
  }
  if (count === 1 || body.rest !== undefined) {
    return [success];
  }
  let heldBy = count;
  let isUsedUp = true;
  return Array.from({ length: count }, () => {
    let isHeld = true;
    const release: Release = (isMineUsedUp = false) => {
      if (!isHeld) {
        return;
      }
      isHeld = false;
      heldBy -= 1;
      isUsedUp &&= isMineUsedUp;
      if (heldBy === 0) {
        body.release(isUsedUp);
      }
    };
    return { ...success, body: { ...body, release } };
  });
}

/** The parts of a joined answer are told of once. */
function ownRecord(
  { boardedAt }: Passenger,
  { path, agentName, parts }: Omit<ScrapeRecord, 'answer' | 'durationMs'>,
  answer: ScrapeAnswer,
  withParts: boolean,
): ScrapeRecord {
  const record = { path, agentName, answer, durationMs: performance.now() - boardedAt };
  return withParts && parts !== undefined ? { ...record, parts } : record;
}
