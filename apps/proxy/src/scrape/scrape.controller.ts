import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { Cancellation, type CancellationToken, Deadlines } from '@app/deadlines';
import { isPromise } from '@app/extensions';
import { HeaderAllowList } from '@app/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ScrapeRights } from '../auth/scrape-authorizer.js';
import { forbidden, isRefusal, ScrapeGuard } from '../auth/scrape-guard.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import type { ScrapeAbandoned, ScrapeAsk, ScrapeFailure } from './scrape-answer.js';
import { BodyInflater } from './body-inflater.js';
import { ScrapeGate } from './scrape-gate.js';
import { failure } from './scrape-failure.js';
import { TimeoutHeader } from './timeout-header.service.js';
import { parseScrapeTarget, type ScrapeTarget, type ScrapeTargetLimits } from './scrape-request.js';
import { acceptsGzip, writeBody, writeFailure, type ScrapeReply } from './scrape-response.js';
import { ScraperConnections } from './scraper-connections.js';
import { SharedScrapes } from './shared-scrapes.js';
import { ScrapeService } from './scrape.service.js';

/** A scraper that has not read its answer this long after the deadline has given up: its own limit is before that. */
const UNREAD_GRACE_MS = 1_000;

/** What Prometheus sees: `GET /<path>`. */
@Controller()
export class ScrapeController {
  private readonly toAgents: HeaderAllowList;
  private readonly toScrapers: HeaderAllowList;
  private readonly targetLimits: ScrapeTargetLimits;

  constructor(
    @Inject(PROXY_OPTIONS) { http, limits }: ProxyOptions,
    private readonly scrapes: ScrapeService,
    private readonly shared: SharedScrapes,
    private readonly inflater: BodyInflater,
    private readonly gate: ScrapeGate,
    private readonly guard: ScrapeGuard,
    private readonly timeouts: TimeoutHeader,
    private readonly deadlines: Deadlines,
    scrapers: ScraperConnections,
  ) {
    this.toAgents = new HeaderAllowList(http.requestHeaders);
    this.toScrapers = new HeaderAllowList(http.responseHeaders);
    this.targetLimits = { maxPathLength: limits.maxPathLength, query: scrapers.queryBound };
  }

  @All('*')
  scrape(@Req() { raw }: FastifyRequest, @Res() fastifyReply: FastifyReply): void | Promise<void> {
    fastifyReply.hijack();
    return this.take(raw, fastifyReply.raw);
  }

  /**
   * As `scrape`, for a request that was not routed.
   *
   * @param served - the path, where it is known to be one that is served, and the request has no query
   */
  take(raw: IncomingMessage, response: ServerResponse, served?: string): void | Promise<void> {
    const deadlineAt = performance.now() + this.timeouts.limitMs(raw.headers);
    const reply: ScrapeReply = {
      response,
      acceptsGzip: acceptsGzip(raw.headers['accept-encoding']),
      isHead: raw.method === 'HEAD',
      givesUpAt: deadlineAt + UNREAD_GRACE_MS,
      deadlines: this.deadlines,
      passes: this.toScrapers,
    };
    if (!this.gate.isOpen) {
      this.refuse(reply, failure('proxy_stopping', 'the proxy is shutting down'));
      return;
    }
    const rights = this.guard.admit(raw);
    return isPromise(rights)
      ? rights.then((known) => this.answer(reply, raw, deadlineAt, known, served))
      : this.answer(reply, raw, deadlineAt, rights, served);
  }

  private answer(
    reply: ScrapeReply,
    raw: IncomingMessage,
    deadlineAt: number,
    rights: ScrapeRights | ScrapeFailure,
    served: string | undefined,
  ): void | Promise<void> {
    if (isRefusal(rights)) {
      this.refuse(reply, rights);
      return;
    }
    const target: ScrapeTarget =
      served === undefined
        ? parseScrapeTarget(raw.url ?? '', this.targetLimits)
        : { kind: 'target', path: served, query: '' };
    if (target.kind === 'bad') {
      this.refuse(reply, failure('bad_request', target.words));
    } else if (!rights.mayScrape(target.path)) {
      this.refuse(reply, forbidden(target.path, rights));
    } else if (reply.isHead) {
      this.answerHead(reply, target.path, rights);
    } else {
      return this.relay(reply, this.toAsk(raw, target, rights, deadlineAt, hungUp(reply)));
    }
  }

  private async relay(reply: ScrapeReply, ask: ScrapeAsk): Promise<void> {
    this.gate.enter();
    try {
      const record = await this.shared.scrape(ask);
      const { answer } = record;
      if (answer.kind !== 'success') {
        this.turnAway(reply, answer);
        this.scrapes.report(record);
        return;
      }
      const problem = await writeBody(reply, answer, this.inflater);
      if (problem !== undefined && !reply.response.headersSent) {
        this.turnAway(reply, problem);
      }
      this.scrapes.report(problem === undefined ? record : { ...record, answer: problem });
    } finally {
      this.gate.leave();
    }
  }

  private turnAway(reply: ScrapeReply, answer: ScrapeFailure | ScrapeAbandoned): void {
    if (answer.kind === 'failure') {
      writeFailure(reply, answer);
    } else {
      reply.response.destroy();
    }
  }

  private toAsk(
    raw: IncomingMessage,
    { path, query }: Target,
    rights: ScrapeRights,
    deadlineAt: number,
    cancellation: CancellationToken,
  ): ScrapeAsk {
    return {
      path,
      query,
      accept: raw.headers.accept ?? '',
      authorization: rights.isConsumed ? '' : (raw.headers.authorization ?? ''),
      headers: this.toAgents.pick(raw.headers),
      isVisible: (other) => rights.mayScrape(other),
      deadlineAt,
      cancellation,
    };
  }

  /** The head of an answer without a scrape: whether somebody serves the path. */
  private answerHead(reply: ScrapeReply, path: string, rights: ScrapeRights): void {
    const refusal = this.scrapes.findRefusal(path, (other) => rights.mayScrape(other));
    if (refusal !== undefined) {
      writeFailure(reply, refusal);
      return;
    }
    reply.response.writeHead(200).end();
  }

  private refuse(reply: ScrapeReply, answer: ScrapeFailure): void {
    writeFailure(reply, answer);
    if (!reply.isHead) {
      this.scrapes.report({ path: '', agentName: undefined, answer, durationMs: 0 });
    }
  }
}

type Target = Extract<ScrapeTarget, { kind: 'target' }>;

/** Cancelled when the scraper hangs up. An answered one closes its response, too; then nobody is left to be told. */
function hungUp({ response }: ScrapeReply): CancellationToken {
  const cancellation = new Cancellation();
  response.on('close', () => {
    if (!response.writableFinished) cancellation.cancel();
  });
  return cancellation;
}
