import type { PassedHeader } from '@app/protocol';
import { pause } from '../pause.js';
import type { TargetAddress } from '../paths/target-address.js';
import type { FetchOutcome } from './fetch-outcome.js';
import type { MemoryShare } from './memory-budget.js';
import { retryDelayMs } from './retry-delay.js';
import type { ScrapeDeadline } from './scrape-deadline.js';
import type { ScrapeTimes } from './scrape-times.js';
import type { ScrapeLimits, TurnOutcome } from './scrape-limits.js';
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
    const { promise, resolve } = Promise.withResolvers<FetchOutcome>();
    const key = `${order.address.origin}${order.address.pathAndQuery}`;
    const turn = this.#limits.run(key, order.deadline.signal, async () => {
      order.times.fetchStarted();
      const outcome = await this.#fetch(order, retry).finally(() => order.times.fetchEnded());
      resolve(outcome);
      await (outcome.kind === 'flowing' ? outcome.body.closed : undefined);
      return outcome;
    });
    return settled(await Promise.race([promise, turn]));
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
    return this.#client.fetch(request, order.share, deadline.signal);
  }

  async #waitBefore(retry: number, outcome: RunOutcome, deadline: ScrapeDeadline): Promise<boolean> {
    const retryAfterSecs = outcome.kind === 'refused' ? outcome.head.retryAfterSecs : 0;
    const delayMs = retryDelayMs(retry, retryAfterSecs, this.#options.random ?? Math.random);
    if (delayMs >= deadline.remainingMs) {
      return false;
    }
    await pause(delayMs, deadline.signal);
    return !deadline.signal.aborted;
  }
}

/** Whether the same request may well succeed a little later; one that took too long is not made again. */
function mayPass(outcome: RunOutcome): boolean {
  if (outcome.kind === 'refused') {
    return outcome.head.statusCode >= 500 && outcome.head.statusCode <= 599;
  }
  return outcome.kind === 'failed' && outcome.failure === 'target_unreachable' && !outcome.hasTimedOut;
}

function settled(outcome: FetchOutcome | TurnOutcome<FetchOutcome>): RunOutcome {
  switch (outcome.kind) {
    case 'ran':
      return settled(outcome.value);
    case 'overloaded':
      return { kind: 'no_turn' };
    case 'aborted':
      return { kind: 'aborted', stage: 'stage' in outcome ? outcome.stage : 'running' };
    default:
      return outcome;
  }
}
