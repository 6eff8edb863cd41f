import { Inject, Injectable } from '@nestjs/common';
import type { AgentSession } from '../agents/agent-session.js';
import { DeltaScrapes } from '../delta/delta-scrapes.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import type { PathEntry } from '../paths/path-entry.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS, SCRAPE_OBSERVERS } from '../proxy-tokens.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { AgentSelection } from './agent-selection.js';
import { BodyInflater } from './body-inflater.js';
import { mergeAnswers } from './merged-scrape.js';
import { nearMisses } from './near-misses.js';
import type { ScrapeAnswer, ScrapeAsk, ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import type { ScrapeObserver, ScrapeRecord } from './scrape-observer.js';

/** Failures after which another agent of a consolidated path may do better. */
const WORTH_ANOTHER_AGENT: ReadonlySet<string> = new Set([
  'agent_disconnected',
  'agent_gone',
  'target_unreachable',
  'overloaded',
]);

const NOBODY: ReadonlySet<AgentSession> = new Set();

/** Finds who serves a path, asks, and says what became of it. */
@Injectable()
export class ScrapeService {
  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly inflater: BodyInflater,
    private readonly paths: PathTable,
    private readonly departed: DepartedPaths,
    private readonly deltas: DeltaScrapes,
    private readonly selector: AgentSelection,
    @Inject(SCRAPE_OBSERVERS) private readonly observers: readonly ScrapeObserver[],
  ) {}

  /** Resolves once, never rejects, not later than `ask.deadlineAt`. Whoever delivers the answer reports it. */
  scrape(ask: ScrapeAsk): Promise<ScrapeRecord> {
    const startedAt = performance.now();
    const entry = this.paths.find(ask.path);
    if (entry === undefined) {
      const answer = this.notServed(ask.path, ask.isVisible);
      return Promise.resolve(toRecord(ask.path, undefined, answer, startedAt));
    }
    return entry.isConsolidated && this.options.consolidatedMode === 'merge'
      ? this.scrapeAll(entry, ask, startedAt)
      : this.scrapeOne(entry, ask, startedAt);
  }

  /** Tell the observers what became of a scrape, once for each. */
  report(record: ScrapeRecord): void {
    for (const part of record.parts ?? [record]) {
      this.observers.forEach((observer) => observer.scraped(part));
    }
  }

  /** Why a path is not served, or undefined when it is. */
  findRefusal(path: string, isVisible: ScrapeAsk['isVisible']): ScrapeFailure | undefined {
    return this.paths.find(path) === undefined ? this.notServed(path, isVisible) : undefined;
  }

  /** Ask every agent of the path and join what they answer, as prometheus-proxy does. */
  private async scrapeAll(entry: PathEntry, ask: ScrapeAsk, startedAt: number): Promise<ScrapeRecord> {
    const parts = await Promise.all(
      entry.registrations.map(async ({ session }) =>
        toRecord(ask.path, session, await this.deltas.ask(session, askOf(session, entry, ask)), startedAt),
      ),
    );
    const answer = await mergeAnswers(
      parts.map((part) => part.answer),
      this.inflater,
    );
    return { ...toRecord(ask.path, undefined, answer, startedAt), parts };
  }

  /** Ask the agent that is chosen, and another one when that may do better. */
  private async scrapeOne(entry: PathEntry, ask: ScrapeAsk, startedAt: number): Promise<ScrapeRecord> {
    const { path } = ask;
    let tried: ReadonlySet<AgentSession> = NOBODY;
    let record: ScrapeRecord | undefined;
    for (;;) {
      const current = this.paths.find(entry.path) ?? entry;
      const session = this.selector.select(current, tried);
      if (session === undefined) {
        const gone = failure('agent_gone', `no agent of /${entry.path} is left`);
        return record ?? toRecord(path, undefined, gone, startedAt);
      }
      const answer = await this.deltas.ask(session, askOf(session, current, ask));
      record = toRecord(path, session, answer, startedAt);
      if (isFinal(answer) || ask.cancellation.isCancelled) {
        return record;
      }
      tried = new Set([...tried, session]);
    }
  }

  private notServed(path: string, isVisible: ScrapeAsk['isVisible'] = () => true): ScrapeFailure {
    const departed = this.departed.find(path);
    if (departed !== undefined) {
      const { agentName, leftAt, words } = departed;
      return failure('agent_gone', `agent ${agentName} left at ${leftAt.toISOString()}: ${words}`);
    }
    const misses = nearMisses(path, this.paths.list()).filter((miss) => isVisible(miss));
    const hint = misses.length === 0 ? '' : `; near misses: ${misses.map((miss) => `/${miss}`).join(', ')}`;
    return failure('invalid_path', `no agent has registered /${path}${hint}`);
  }
}

/** The scrape with its path as this agent spelt it. */
function askOf(session: AgentSession, { registrations }: PathEntry, ask: ScrapeAsk): ScrapeAsk {
  const agentPath = registrations.find((held) => held.session === session)?.agentPath ?? ask.path;
  return agentPath === ask.path ? ask : { ...ask, path: agentPath };
}

/** Whether no other agent of the path would do better. */
function isFinal(answer: ScrapeAnswer): boolean {
  return answer.kind !== 'failure' || !WORTH_ANOTHER_AGENT.has(answer.code);
}

function toRecord(
  path: string,
  session: AgentSession | undefined,
  answer: ScrapeAnswer,
  startedAt: number,
): ScrapeRecord {
  return { path, agentName: session?.agent.name, answer, durationMs: performance.now() - startedAt };
}
