import { randomUUID } from 'node:crypto';
import type { Bound } from '@app/operations';
import { AcceptNumbers, type NumberedAccept, type ScrapeRequestInit } from '@app/protocol';
import type { PendingEnd, PendingScrape } from '../scrape/pending-scrape.js';
import type { PendingScrapes } from '../scrape/pending-scrapes.js';
import type { ScrapeAnswer, ScrapeAsk } from '../scrape/scrape-answer.js';
import { agentBudgetMs } from '../scrape/scrape-deadline.js';
import { failure } from '../scrape/scrape-failure.js';
import type { AgentDescription, AgentSession, SessionEnd } from './agent-session.js';
import type { Connection } from './connections.js';
import { RequestQueue, type RequestStream } from './request-queue.js';

/** The agent's open read stream. */
export interface ReadStream extends RequestStream {
  /** End the stream with OK; the agent half-closes its write streams and dials again. */
  finish(): void;
}

type SessionState =
  | { readonly kind: 'connected' }
  | { readonly kind: 'registered' }
  | { readonly kind: 'serving'; readonly stream: ReadStream }
  | { readonly kind: 'draining'; readonly stream: ReadStream | undefined }
  | { readonly kind: 'ended'; readonly end: SessionEnd };

const UNREGISTERED: AgentDescription = {
  launchId: '',
  name: '(registering)',
  hostName: '',
  isConsolidated: false,
  capabilities: new Set(),
};

/** How a session came to be. */
export interface SessionOrigin {
  /** The connection it is bound to; undefined when an L7 proxy may spread its calls over connections. */
  readonly connection: Connection | undefined;
  /** Id of the connection it was opened over, bound to it or not. */
  readonly openedOver: string;
  /** Where it was opened from, for display. */
  readonly peer: string;
  readonly identity: string | undefined;
}

/** An agent that is reached through its `readRequestsFromProxy` stream. */
export class StreamSession implements AgentSession {
  readonly id = randomUUID();
  readonly openedAt = Date.now();
  agent = UNREGISTERED;
  /** Large bodies that arrive on calls of their own. */
  largeBodies = 0;

  private state: SessionState = { kind: 'connected' };
  /** Those of the stream that is served. */
  private accepts = new AcceptNumbers();
  private lastHeardAt: number;
  private lastStepAt: number;
  private readonly queue: RequestQueue;

  /**
   * @param queueBound - of the scrapes that wait for an agent's stream to accept them; shared by all sessions
   * @param now - monotonic clock, in milliseconds
   * @param isDebug - ask an older agent for the words of each failure
   */
  constructor(
    readonly origin: SessionOrigin,
    private readonly pendingScrapes: PendingScrapes,
    private readonly queueBound: Bound,
    private readonly now: () => number,
    private readonly isDebug = false,
  ) {
    this.lastHeardAt = now();
    this.lastStepAt = this.lastHeardAt;
    this.queue = new RequestQueue(queueBound, (pending) => this.toMessage(pending), now);
  }

  get identity(): string | undefined {
    return this.origin.identity;
  }

  get inFlight(): number {
    return this.queue.inFlight;
  }

  get queued(): number {
    return this.queue.size;
  }

  get isAvailable(): boolean {
    return this.state.kind === 'serving';
  }

  get isEnded(): boolean {
    return this.state.kind === 'ended';
  }

  /** Whether the agent has not said yet who it is. */
  get isUnregistered(): boolean {
    return this.agent === UNREGISTERED;
  }

  /** Whether its connection says who it is, and messages may leave its id out. */
  get isIdImplied(): boolean {
    return this.origin.connection !== undefined && this.agent.capabilities.has('implied-agent-id');
  }

  get isDraining(): boolean {
    return this.state.kind === 'draining';
  }

  /**
   * Milliseconds for which the agent could have opened its read stream and has not: since it connected, registered or had to
   * do with a path. Heartbeats do not count. 0 once the stream is there.
   */
  get unservedForMs(): number {
    return this.stream === undefined && !this.isEnded ? this.now() - this.lastStepAt : 0;
  }

  /** Milliseconds since the agent was last heard of. */
  get silentForMs(): number {
    return this.now() - this.lastHeardAt;
  }

  /** Note a sign of life. */
  heard(): void {
    this.lastHeardAt = this.now();
  }

  /** Answer a heartbeat that came on its stream of answers; false where the agent sends none there. */
  answerHeartbeat(): boolean {
    const isOne = this.agent.capabilities.has('stream-heartbeats');
    if (isOne) {
      this.queue.answerHeartbeat({ agentId: this.idOnWire });
    }
    return isOne;
  }

  /** Note a step on the way to serving, which is a sign of life as well. */
  stepped(): void {
    this.heard();
    this.lastStepAt = this.lastHeardAt;
  }

  /** Say who the agent is. What was said first holds for the life of the session. */
  register(agent: AgentDescription): void {
    if (this.agent === UNREGISTERED) {
      this.agent = agent;
    }
    if (this.state.kind === 'connected') {
      this.state = { kind: 'registered' };
    }
  }

  /** The agent opened its read stream; an earlier one is finished. An agent that is leaving goes on leaving. */
  serve(stream: ReadStream): void {
    if (this.state.kind === 'ended') {
      stream.finish();
      return;
    }
    const earlier = this.stream;
    this.queue.detach();
    this.state = { kind: this.state.kind === 'draining' ? 'draining' : 'serving', stream };
    earlier?.finish();
    this.accepts = new AcceptNumbers();
    this.queue.attach(stream);
  }

  /** Whether this is the stream the session is served by. */
  isServedBy(stream: ReadStream): boolean {
    return this.stream === stream;
  }

  /** The agent is leaving: it answers what it is asked until it has left, but others are asked first. */
  drain(): void {
    if (this.state.kind !== 'ended') {
      this.state = { kind: 'draining', stream: this.stream };
    }
  }

  ask(ask: ScrapeAsk): Promise<ScrapeAnswer> {
    if (this.state.kind === 'ended') {
      return Promise.resolve(failure('agent_disconnected', this.state.end.words));
    }
    const pending = this.pendingScrapes.open(this, ask, (ended, end) => this.withdraw(ended, end));
    if (pending === undefined) {
      const bound = this.pendingScrapes.bound.limit;
      return Promise.resolve(failure('overloaded', `${bound} scrapes are in flight in the proxy`));
    }
    if (!this.queue.push(pending)) {
      pending.settle(
        failure('overloaded', `${this.queueBound.limit} scrapes wait for agent ${this.agent.name}`),
      );
    }
    return pending.answer;
  }

  /** From now on nothing may be asked or registered; false when it had ended before. The stream stays as it is. */
  invalidate(end: SessionEnd): boolean {
    if (this.state.kind === 'ended') {
      return false;
    }
    const stream = this.stream;
    this.state = { kind: 'ended', end };
    this.queue.detach();
    this.close = (): void => stream?.finish();
    return true;
  }

  /** End the read stream with OK. Only after {@link invalidate}. */
  close: () => void = () => undefined;

  private get stream(): ReadStream | undefined {
    return 'stream' in this.state ? this.state.stream : undefined;
  }

  private withdraw(pending: PendingScrape, end: PendingEnd): void {
    const wasSent = this.queue.remove(pending);
    const canCancel = this.agent.capabilities.has('scrape-cancel');
    if (wasSent && end !== 'settled' && canCancel) {
      const cancellation = { agentId: this.idOnWire, scrapeId: pending.id, cancelled: true };
      this.stream?.write([cancellation], () => undefined);
    }
  }

  private get idOnWire(): string | undefined {
    return this.isIdImplied ? undefined : this.id;
  }

  private acceptOf({ accept }: ScrapeAsk): Partial<NumberedAccept> {
    return this.agent.capabilities.has('accept-numbers') ? this.accepts.shorten(accept) : { accept };
  }

  private headersOf({ headers = [] }: ScrapeAsk): Pick<ScrapeRequestInit, 'headers'> {
    const isUseful = headers.length > 0 && this.agent.capabilities.has('passed-headers');
    return isUseful ? { headers: [...headers] } : {};
  }

  /** What is empty is left out: to the reader that is the same, and it takes no room. */
  private toMessage({ id, ask }: PendingScrape): ScrapeRequestInit {
    const budgetMs = this.agent.capabilities.has('scrape-budget')
      ? agentBudgetMs(ask.deadlineAt - this.now())
      : undefined;
    const { accept, acceptNumber } = this.acceptOf(ask);
    return {
      agentId: this.idOnWire,
      scrapeId: id,
      path: ask.path,
      accept: accept || undefined,
      acceptNumber: acceptNumber || undefined,
      debugEnabled: this.isDebug || undefined,
      encodedQueryParams: ask.query || undefined,
      authHeader: ask.authorization || undefined,
      budgetMillis: budgetMs,
      ...this.headersOf(ask),
      ...(ask.offer !== undefined && { deltaOffer: { baseIds: [...ask.offer.baseIds] } }),
    };
  }
}
