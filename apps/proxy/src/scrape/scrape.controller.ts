import type { IncomingMessage } from 'node:http';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { Deadlines } from '@app/deadlines';
import { HeaderAllowList } from '@app/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ScrapeRights } from '../auth/scrape-authorizer.js';
import { forbidden, isRefusal, ScrapeGuard } from '../auth/scrape-guard.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import type { ScrapeAnswer, ScrapeAsk, ScrapeFailure } from './scrape-answer.js';
import { BodyInflater } from './body-inflater.js';
import { ScrapeGate } from './scrape-gate.js';
import { failure } from './scrape-failure.js';
import { TimeoutHeader } from './timeout-header.service.js';
import { parseScrapeTarget, type ScrapeTargetLimits } from './scrape-request.js';
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
  async scrape(@Req() request: FastifyRequest, @Res() fastifyReply: FastifyReply): Promise<void> {
    fastifyReply.hijack();
    const { raw } = request;
    const deadlineAt = performance.now() + this.timeouts.limitMs(raw.headers);
    const reply: ScrapeReply = {
      response: fastifyReply.raw,
      acceptsGzip: acceptsGzip(raw.headers['accept-encoding']),
      isHead: raw.method === 'HEAD',
      givesUpAt: deadlineAt + UNREAD_GRACE_MS,
      deadlines: this.deadlines,
      passes: this.toScrapers,
    };
    const outcome = await this.admit(raw);
    if (outcome.kind === 'failure') {
      this.refuse(reply, outcome);
    } else if (reply.isHead) {
      this.answerHead(reply, outcome);
    } else {
      await this.gate.pass(() => this.relay(reply, raw, { ...outcome, deadlineAt }));
    }
  }

  private async admit(raw: IncomingMessage): Promise<Admission> {
    if (!this.gate.isOpen) {
      return failure('proxy_stopping', 'the proxy is shutting down');
    }
    const rights = await this.guard.admit(raw);
    if (isRefusal(rights)) {
      return rights;
    }
    const target = parseScrapeTarget(raw.url ?? '', this.targetLimits);
    if (target.kind === 'bad') {
      return failure('bad_request', target.words);
    }
    return rights.mayScrape(target.path) ? { ...target, rights } : forbidden(target.path, rights);
  }

  private async relay(reply: ScrapeReply, raw: IncomingMessage, target: Target & Deadline): Promise<void> {
    const hungUp = new AbortController();
    // An answered scraper closes its response, too; nobody is left to be told then, and telling is not cheap.
    reply.response.once('close', () => {
      if (!reply.response.writableFinished) hungUp.abort();
    });
    const record = await this.shared.scrape(this.toAsk(raw, target, hungUp.signal));
    const answer = await this.deliver(reply, record.answer);
    this.scrapes.report({ ...record, answer });
  }

  private async deliver(reply: ScrapeReply, answer: ScrapeAnswer): Promise<ScrapeAnswer> {
    switch (answer.kind) {
      case 'abandoned':
        reply.response.destroy();
        return answer;
      case 'failure':
        writeFailure(reply, answer);
        return answer;
      case 'success': {
        const problem = (await writeBody(reply, answer, this.inflater)) ?? answer;
        return problem === answer || reply.response.headersSent ? problem : this.deliver(reply, problem);
      }
    }
  }

  private toAsk(raw: IncomingMessage, target: Target & Deadline, signal: AbortSignal): ScrapeAsk {
    const { path, query, deadlineAt, rights } = target;
    return {
      path,
      query,
      accept: raw.headers.accept ?? '',
      authorization: rights.isConsumed ? '' : (raw.headers.authorization ?? ''),
      headers: this.toAgents.pick(raw.headers),
      isVisible: (other) => rights.mayScrape(other),
      deadlineAt,
      signal,
    };
  }

  /** The head of an answer without a scrape: whether somebody serves the path. */
  private answerHead(reply: ScrapeReply, { path, rights }: Target): void {
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

type Target = Extract<ReturnType<typeof parseScrapeTarget>, { kind: 'target' }> & {
  readonly rights: ScrapeRights;
};
interface Deadline {
  readonly deadlineAt: number;
}
type Admission = Target | ScrapeFailure;
