import { isPromise } from '@app/extensions';
import type { PassedHeader } from '@app/protocol';
import { pause } from '../pause.js';
import type { TargetAddress } from '../paths/target-address.js';
import type { FetchOutcome, FlowingBody } from './fetch-outcome.js';
import type { MemoryShare } from './memory-budget.js';
import { retryDelayMs } from './retry-delay.js';
import type { ScrapeDeadline } from './scrape-deadline.js';
import type { ScrapeTimes } from './scrape-times.js';
import type { ScrapeLimits } from './scrape-limits.js';
import type { TargetClient } from './target-client.js';

/** What to ask of a target. */
export interface FetchOrder {
  /** With the query of the scrape. */
  address: TargetAddress;
  accept: string;
  authorization: string;
  headers?: readonly PassedHeader[] | undefined;
  /** See `TargetRequest`. */
  wantsPlain?: boolean;
  share: MemoryShare;
  deadline: ScrapeDeadline;
  /** Is told what the time is spent on. */
  times: ScrapeTimes;
}

export type RunOutcome =
  | Exclude<FetchOutcome, { kind: 'aborted' }>
  | { kind: 'no_turn' }
  | { kind: 'aborted'; stage: 'target' | 'overall' | 'running' };

export interface FetchRunnerOptions {
  /** 0 or less means that every request is made once. */
  maxRetries: number;
  random?: () => number;
  /** Told once per scrape whose target was asked. */
  observeFetch?: (times: ScrapeTimes) => void;
}

/** Fetches a target when it is its turn, and again after a failure that may pass, inside the deadline. */
export class FetchRunner {
  readonly #limits: ScrapeLimits;
  readonly #client: TargetClient;
  readonly #options: FetchRunnerOptions;

  constructor(limits: ScrapeLimits, client: TargetClient, options: FetchRunnerOptions) {
    this.#limits = limits;
    this.#client = client;
    this.#options = options;
  }

  async run(order: FetchOrder): Promise<RunOutcome> {
    const heldBytes = order.share.heldBytes;
    let outcome = await this.#attempt(order, 0);
    for (let retry = 1; retry <= this.#options.maxRetries && mayPass(outcome); retry += 1) {
      const isInTime = await this.#waitBefore(retry, outcome, order.deadline);
      if (!isInTime) {
        break;
      }
      order.share.shrink(order.share.heldBytes - heldBytes);
      outcome = await this.#attempt(order, retry);
    }
    order.times.end();
    if (order.times.hasFetched) {
      this.#options.observeFetch?.(order.times);
    }
    return outcome;
  }

  /** The turn lasts until the body has stopped flowing; the outcome is known as soon as it begins to. */
  async #attempt(order: FetchOrder, retry: number): Promise<RunOutcome> {
    const { address, deadline, times } = order;
    const taken = this.#limits.take(`${address.origin}${address.pathAndQuery}`, deadline.cancellation);
    const turn = isPromise(taken) ? await taken : taken;
    if (turn.kind !== 'taken') {
      return turn.kind === 'overloaded' ? { kind: 'no_turn' } : { kind: 'aborted', stage: turn.stage };
    }
    let flowing: FlowingBody | undefined;
    times.fetchStarted();
    try {
      const outcome = await this.#fetch(order, retry);
      flowing = outcome.kind === 'flowing' ? outcome.body : undefined;
      return outcome.kind === 'aborted' ? { kind: 'aborted', stage: 'running' } : outcome;
    } finally {
      times.fetchEnded();
      if (flowing === undefined) {
        turn.end();
      } else {
        void flowing.closed.then(turn.end);
      }
    }
  }

  #fetch(order: FetchOrder, retry: number): Promise<FetchOutcome> {
    const { address, accept, authorization, headers, wantsPlain, deadline } = order;
    const request = {
      address,
      accept,
      authorization,
      headers,
      wantsPlain,
      remainingMs: deadline.remainingMs,
      retry,
    };
    return this.#client.fetch(request, order.share, deadline.cancellation);
  }

  async #waitBefore(retry: number, outcome: RunOutcome, deadline: ScrapeDeadline): Promise<boolean> {
    const retryAfterSecs = outcome.kind === 'refused' ? outcome.head.retryAfterSecs : 0;
    const delayMs = retryDelayMs(retry, retryAfterSecs, this.#options.random ?? Math.random);
    if (delayMs >= deadline.remainingMs) {
      return false;
    }
    await pause(delayMs, deadline.cancellation.signal);
    return !deadline.cancellation.isCancelled;
  }
}

/** Whether the same request may well succeed a little later; one that took too long is not made again. */
function mayPass(outcome: RunOutcome): boolean {
  if (outcome.kind === 'refused') {
    return outcome.head.statusCode >= 500 && outcome.head.statusCode <= 599;
  }
  return outcome.kind === 'failed' && outcome.failure === 'target_unreachable' && !outcome.hasTimedOut;
}
