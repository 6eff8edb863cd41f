import { Inject, Injectable } from '@nestjs/common';
import { type CancellationToken, Deadlines } from '@app/deadlines';
import { isPromise } from '@app/extensions';
import { LOGGER, maskUrl } from '@app/operations';
import type { Logger } from 'pino';
import { DeltaCoder } from '../delta/delta-coder.js';
import type { DeltaCoding } from '../delta/delta-coding.js';
import { filterBody, type FilterOutcome } from '../filter/filter-body.js';
import type { MetricFilter } from '../filter/metric-filter.js';
import { MetricFilters } from '../filter/metric-filters.js';
import { AgentMetrics } from '../metrics/agent-metrics.js';
import { appendQuery, type TargetAddress } from '../paths/target-address.js';
import { type Target, TargetTable } from '../paths/target-table.js';
import { type AnswerHead, BodyBrokenError, type FetchedBody } from './fetch-outcome.js';
import { type FetchOrder, FetchRunner, type RunOutcome } from './fetch-runner.js';
import { encodeForLink, type EncodingOutcome } from './link-body.js';
import { MemoryBudget, type MemoryShare } from './memory-budget.js';
import { ScrapeTimes } from './scrape-times.js';
import type { Scrape } from './scrape.js';
import { ScrapeSettings } from './scrape-settings.js';
import { ScrapeDeadline, scrapeLimitMs } from './scrape-deadline.js';
import { agentFailure, type ScrapeFailure, type ScrapeResult, targetRefusal } from './scrape-result.js';

/** One scrape on its way, and what it holds. */
interface Job {
  scrape: Scrape;
  /** For the answer; empty unless it is asked for. */
  url: string;
  address: TargetAddress;
  share: MemoryShare;
  deadline: ScrapeDeadline;
  times: ScrapeTimes;
  coding: DeltaCoding | undefined;
}

/** Makes the scrapes that proxies ask for. One per agent, shared by its connections. */
@Injectable()
export class ScrapeService {
  constructor(
    private readonly targets: TargetTable,
    private readonly runner: FetchRunner,
    private readonly filters: MetricFilters,
    private readonly memory: MemoryBudget,
    private readonly deltas: DeltaCoder,
    private readonly settings: ScrapeSettings,
    private readonly metrics: AgentMetrics,
    private readonly deadlines: Deadlines,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Fetch what a path stands for.
   *
   * @param cancellation - given up when nobody waits for the answer any more
   * @returns the answer, which the caller releases, or why there is none; undefined when it was given up
   */
  scrape(scrape: Scrape, cancellation: CancellationToken): Promise<ScrapeResult | undefined> {
    const target = this.targets.find(scrape.path);
    if (target === undefined) {
      this.metrics.scrapeOfUnknownPath();
      return Promise.resolve(this.logged(scrape, unknownPath(scrape)));
    }
    const begun = this.begin(target, scrape, cancellation);
    return 'kind' in begun ? Promise.resolve(this.counted(scrape, begun)) : this.run(begun);
  }

  private begin(target: Target, scrape: Scrape, cancellation: CancellationToken): Job | ScrapeFailure {
    const url = scrape.isDebug ? shownUrl(target, scrape.query) : '';
    if (target.address.kind === 'invalid') {
      return agentFailure('target_unreachable', target.address.reason, url);
    }
    const { address } = target.address;
    const pathAndQuery = appendQuery(address.pathAndQuery, scrape.query);
    if (pathAndQuery === undefined) {
      const words = 'the query holds characters that do not belong into a URL';
      return agentFailure('bad_request', words, url);
    }
    const share = this.memory.open();
    if (!share.grow(sizeOf(scrape))) {
      return agentFailure('overloaded', 'the memory for scrapes is used up', url);
    }
    const limitMs = scrapeLimitMs(scrape.budgetMs, this.settings.timeout);
    return {
      scrape,
      url,
      address: { ...address, authorization: target.authorization?.() ?? address.authorization, pathAndQuery },
      share,
      deadline: new ScrapeDeadline(limitMs, cancellation, this.deadlines),
      times: new ScrapeTimes(),
      coding: this.deltas.begin(scrape),
    };
  }

  private async run(job: Job): Promise<ScrapeResult | undefined> {
    let result: ScrapeResult | undefined;
    try {
      const outcome = await this.runner.run(toOrder(job));
      if (outcome.kind === 'whole' || outcome.kind === 'flowing') {
        const encoded = this.encode(outcome, job);
        result = isPromise(encoded) ? await encoded : encoded;
      } else {
        result = this.failureOf(outcome, job);
      }
    } catch (error) {
      result = this.brokenOff(error, job);
    } finally {
      if (result?.kind !== 'answered') {
        release(job);
      }
    }
    if (result !== undefined) {
      result.times = job.times;
    }
    return this.counted(job.scrape, result, job.times);
  }

  /** At once where there is nothing to do but to look at the body. */
  private encode(fetched: FetchedBody, job: Job): ScrapeResult | Promise<ScrapeResult> {
    const filter = this.filters.find(job.scrape.path);
    if (filter !== undefined || job.coding !== undefined) {
      return this.filterAndEncode(fetched, filter, job);
    }
    const encoded = encodeForLink(fetched, this.settings.encoding, job.share, job.deadline.cancellation);
    return isPromise(encoded)
      ? encoded.then((outcome) => toResult(outcome, fetched.head, job))
      : toResult(encoded, fetched.head, job);
  }

  private async filterAndEncode(
    fetched: FetchedBody,
    filter: MetricFilter | undefined,
    job: Job,
  ): Promise<ScrapeResult> {
    const filtered = filter === undefined ? fetched : await this.filter(fetched, filter, job);
    const outcome = filtered.kind === 'failed' ? filtered : await this.encodeBody(filtered, job);
    return toResult(outcome, fetched.head, job);
  }

  private async encodeBody(body: FetchedBody, { coding, share, deadline }: Job): Promise<EncodingOutcome> {
    const coded = await coding?.encode(body, share);
    return coded ?? encodeForLink(body, this.settings.encoding, share, deadline.cancellation);
  }

  private filter(body: FetchedBody, filter: MetricFilter, { share, deadline }: Job): Promise<FilterOutcome> {
    const { maxBytes } = this.settings.encoding;
    return filterBody(body, filter, { maxBytes, share, signal: deadline.cancellation.signal });
  }

  private brokenOff(error: unknown, job: Job): ScrapeFailure | undefined {
    if (job.deadline.cancellation.isCancelled) {
      return this.failureOf({ kind: 'aborted', stage: 'running' }, job);
    }
    if (error instanceof BodyBrokenError) {
      return agentFailure(error.failure, error.message, job.url);
    }
    throw error;
  }

  private failureOf(
    outcome: Exclude<RunOutcome, { kind: 'whole' | 'flowing' }>,
    job: Job,
  ): ScrapeFailure | undefined {
    switch (outcome.kind) {
      case 'refused':
        return targetRefusal(outcome.head.statusCode, job.url);
      case 'failed':
        return agentFailure(outcome.failure, outcome.words, job.url);
      case 'no_turn':
        return agentFailure('overloaded', 'too many scrapes wait for their turn in the agent', job.url);
      case 'aborted':
        return job.deadline.hasPassed ? timedOut(outcome.stage, job) : undefined;
    }
  }

  private counted(
    scrape: Scrape,
    result: ScrapeResult | undefined,
    times?: ScrapeTimes,
  ): ScrapeResult | undefined {
    if (result === undefined) {
      this.metrics.scrapeCancelled();
    } else if (result.kind === 'answered') {
      this.metrics.scrapeSucceeded();
    } else {
      this.metrics.scrapeFailed(result.code);
    }
    return this.logged(scrape, result, times);
  }

  private logged(
    { scrapeId, path }: Scrape,
    result: ScrapeResult | undefined,
    times?: ScrapeTimes,
  ): ScrapeResult | undefined {
    if (this.log.isLevelEnabled('debug')) {
      const outcome = result === undefined ? 'cancelled' : result.kind === 'failed' ? result.code : 'success';
      const tookMs = Math.round((times?.elapsedSecs ?? 0) * 1_000);
      this.log.debug({ scrapeId, path, outcome, durationMs: tookMs }, 'scrape done');
    }
    return result;
  }
}

function toOrder({ scrape, address, share, deadline, times, coding }: Job): FetchOrder {
  const { accept, authorization, headers } = scrape;
  return {
    address,
    accept,
    authorization,
    headers,
    wantsPlain: coding?.wantsPlain ?? false,
    share,
    deadline,
    times,
  };
}

function unknownPath(scrape: Scrape): ScrapeFailure {
  return agentFailure('path_not_found', `Invalid path: ${scrape.path}`, scrape.isDebug ? 'None' : '');
}

/** What a request holds while it waits, in characters. */
function sizeOf({ query, accept, authorization, headers = [] }: Scrape): number {
  const size = query.length + accept.length + authorization.length;
  return headers.reduce((sum, { name, value }) => sum + name.length + value.length, size);
}

function timedOut(stage: 'target' | 'overall' | 'running', job: Job): ScrapeFailure {
  const limit = `${Math.round(job.deadline.limitMs) / 1_000} s`;
  switch (stage) {
    case 'running':
      return agentFailure('upstream_timed_out', `the target did not answer within ${limit}`, job.url);
    case 'target': {
      const words = `waited ${limit} for earlier scrapes of the same target, which did not answer`;
      return agentFailure('upstream_timed_out', words, job.url);
    }
    case 'overall':
      return agentFailure('overloaded', `waited ${limit} for other targets, which are slow`, job.url);
  }
}

function toResult(outcome: EncodingOutcome, head: AnswerHead, job: Job): ScrapeResult {
  if (outcome.kind === 'failed') {
    return agentFailure(outcome.code, outcome.words, job.url);
  }
  const { body } = outcome;
  const { deadline } = job;
  const end = (): void => {
    if (body.kind === 'flow') {
      deadline.giveUp();
    }
    release(job);
  };
  return {
    kind: 'answered',
    statusCode: head.statusCode,
    contentType: head.contentType,
    headers: head.passed,
    url: job.url,
    body,
    cancellation: deadline.cancellation,
    release: end,
  };
}

function release(job: Job): void {
  job.coding?.end();
  job.deadline.end();
  job.share.release();
}

function shownUrl(target: Target, query: string): string {
  return maskUrl(appendQuery(target.url, query) ?? target.url);
}
