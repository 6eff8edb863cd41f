import { Inject, Injectable } from '@nestjs/common';
import { Bound, BoundedWords } from '@app/operations';
import { DepartedPaths } from '../paths/departed-paths.js';
import { toListed } from '../paths/listed-path.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS, SESSION_OBSERVERS } from '../proxy-tokens.js';
import { failure } from '../scrape/scrape-failure.js';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import type { CallOrigin } from './agent-call.js';
import type { AgentDescription, SessionEnd } from './agent-session.js';
import type { Connection } from './connections.js';
import type { SessionObserver } from './session-observer.js';
import { addressOf } from './session-addresses.js';
import { StreamSession, type SessionOrigin } from './stream-session.js';

/** Whose id a call carries, or why the call is refused. */
export type CallerOutcome =
  | { readonly kind: 'session'; readonly session: StreamSession }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'mismatch'; readonly reason: string };

/** A session, or why there is none. */
export type OpenOutcome =
  | { readonly kind: 'opened'; readonly session: StreamSession }
  | { readonly kind: 'refused'; readonly reason: string };

/** Sessions without a name that one connection may open: an L7 proxy opens them for many agents. */
const MAX_NAMELESS_PER_CONNECTION = 100;

/**
 * The sessions that are alive: at most `limits.maxAgents`.
 *
 * A session that was opened over a connection is bound to it: only calls on that connection may use its id, and it ends
 * with it. An unbound one lives with its read stream and the stale check.
 */
@Injectable()
export class AgentRegistryService {
  private readonly byId = new Map<string, StreamSession>();
  private readonly byConnection = new Map<string, StreamSession>();
  private hasSeenAgent = false;
  /** Of the sessions. */
  readonly bound: Bound;
  /** Of the sessions of one address; infinite where any number is allowed. */
  readonly addressBound: Bound;
  /** Of the scrapes that one agent has not accepted yet. */
  readonly queueBound: Bound;
  /** Of the large bodies that one agent sends at once. */
  readonly largeBodyBound: Bound;
  /** What agents say of scrapes that failed. */
  readonly reasons: BoundedWords;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly paths: PathTable,
    private readonly departed: DepartedPaths,
    private readonly pendingScrapes: PendingScrapes,
    @Inject(SESSION_OBSERVERS) private readonly observers: readonly SessionObserver[],
  ) {
    this.bound = new Bound(options.limits.maxAgents);
    const { maxSessionsPerAddress } = options.limits;
    this.addressBound = new Bound(maxSessionsPerAddress > 0 ? maxSessionsPerAddress : Infinity);
    this.queueBound = new Bound(options.limits.maxScrapesQueuedPerAgent);
    this.largeBodyBound = new Bound(options.limits.maxLargeBodiesPerAgent);
    this.reasons = new BoundedWords(options.limits.maxReasonLength);
  }

  /** Whether an agent has registered since the start. */
  get hasEverConnected(): boolean {
    return this.hasSeenAgent;
  }

  get size(): number {
    return this.byId.size;
  }

  list(): StreamSession[] {
    return [...this.byId.values()];
  }

  /** Scrapes that no agent's stream has accepted yet, over all sessions. */
  get queued(): number {
    let queued = 0;
    for (const session of this.byId.values()) {
      queued += session.queued;
    }
    return queued;
  }

  /** A new session, the live one of this connection, or the bound that is reached. */
  open(origin: SessionOrigin): OpenOutcome {
    const connectionId = origin.connection?.id;
    const live = connectionId === undefined ? undefined : this.byConnection.get(connectionId);
    if (live !== undefined) {
      return { kind: 'opened', session: live };
    }
    const reason = this.findFullness(origin);
    if (reason !== undefined) {
      return { kind: 'refused', reason };
    }
    const session = new StreamSession(
      origin,
      this.pendingScrapes,
      this.queueBound,
      () => performance.now(),
      this.options.admin.debugEnabled,
    );
    this.byId.set(session.id, session);
    if (origin.connection !== undefined) {
      origin.connection.agentId = session.id;
      this.byConnection.set(origin.connection.id, session);
    }
    this.observers.forEach((observer) => observer.sessionOpened?.(session));
    return { kind: 'opened', session };
  }

  /** Which bound does not allow one more session: of all, of an address, or of those without a name over a connection. */
  private findFullness({ connection, openedOver, peer }: SessionOrigin): string | undefined {
    if (!this.bound.admits(this.byId.size + 1)) {
      return `The proxy has as many agents as it may: ${this.bound.limit}`;
    }
    const address = addressOf({ peer });
    const isOfSame = ({ origin }: StreamSession): boolean => addressOf(origin) === address;
    const hasLimit = this.addressBound.limit !== Infinity;
    if (hasLimit && !this.addressBound.admits(this.count(isOfSame) + 1)) {
      return `The proxy has as many agents of ${address} as it may: ${this.addressBound.limit}`;
    }
    const isNameless = ({ isUnregistered, origin }: StreamSession): boolean =>
      isUnregistered && origin.openedOver === openedOver;
    return connection === undefined && this.count(isNameless) >= MAX_NAMELESS_PER_CONNECTION
      ? `At most ${MAX_NAMELESS_PER_CONNECTION} agents may be on their way over one connection`
      : undefined;
  }

  private count(isCounted: (session: StreamSession) => boolean): number {
    return this.list().filter(isCounted).length;
  }

  /** The live session that is bound to this connection. */
  boundTo(connectionId: string): StreamSession | undefined {
    return this.byConnection.get(connectionId);
  }

  /**
   * The session whose id a call carries, if the call may use it; or that of its connection, where the two have agreed that
   * it says enough. A session that uses another's id is ended.
   *
   * @param rpc - name of the RPC, for the reason
   */
  caller(agentId: string, { connectionId, identity }: CallOrigin, rpc: string): CallerOutcome {
    const bound = this.byConnection.get(connectionId);
    const session = agentId === '' && bound?.isIdImplied === true ? bound : this.byId.get(agentId);
    const isUnboundOwn = session?.origin.connection === undefined && session?.identity === identity;
    if (session !== undefined && (session === bound || isUnboundOwn)) {
      return { kind: 'session', session };
    }
    if (session === undefined && bound === undefined) {
      return { kind: 'unknown', reason: `Invalid agentId: ${agentId} (${rpc})` };
    }
    const reason = `agentId ${agentId} does not match the connection's agentId (${rpc})`;
    if (session === undefined) {
      return { kind: 'unknown', reason };
    }
    if (bound !== undefined) {
      this.end(bound, { cause: 'violation', words: 'it used the id of another agent' });
    }
    return { kind: 'mismatch', reason };
  }

  register(session: StreamSession, agent: AgentDescription): void {
    this.hasSeenAgent = true;
    session.register(agent);
    this.observers.forEach((observer) => observer.sessionRegistered?.(session));
  }

  /**
   * End a session: it is invalid, then its paths go, then what it was asked fails, then its stream ends and the
   * observers are told. Ending it again does nothing.
   */
  end(session: StreamSession, end: SessionEnd): void {
    const because = this.lostTo(session, end);
    if (!session.invalidate(end)) {
      return;
    }
    this.byId.delete(session.id);
    if (session.origin.connection !== undefined) {
      this.byConnection.delete(session.origin.connection.id);
    }
    for (const registration of this.paths.removeSession(session)) {
      const { path } = registration;
      this.departed.add(toListed({ path, registrations: [registration] }), end.words);
    }
    this.pendingScrapes.failSession(session, because);
    session.close();
    this.observers.forEach((observer) => observer.sessionEnded?.(session, end));
  }

  /** @param words - why */
  connectionClosed(connection: Connection, words = 'its connection closed'): void {
    const session = this.byConnection.get(connection.id);
    if (session !== undefined) {
      this.end(session, { cause: 'disconnected', words });
    }
  }

  /**
   * End every session that was not heard of for longer than `maxInactivityMs`; how many there were.
   *
   * @param onlyUnbound - leave those that end with their connection
   */
  endStale(maxInactivityMs: number, onlyUnbound = false): number {
    const stale = this.list().filter(
      ({ silentForMs, origin }) =>
        silentForMs > maxInactivityMs && !(onlyUnbound && origin.connection !== undefined),
    );
    for (const session of stale) {
      const secs = Math.round(session.silentForMs / 1000);
      this.end(session, { cause: 'evicted', words: `nothing was heard of it for ${secs}s` });
    }
    return stale.length;
  }

  endAll(end: SessionEnd): void {
    this.list().forEach((session) => this.end(session, end));
  }

  /** Why what it was asked will not be answered. An agent that had said that it leaves has left what came too late. */
  private lostTo({ agent, isDraining }: StreamSession, end: SessionEnd): ReturnType<typeof failure> {
    const code =
      end.cause === 'stopping' ? 'proxy_stopping' : isDraining ? 'agent_gone' : 'agent_disconnected';
    return failure(code, `agent ${agent.name} left while the scrape waited: ${end.words}`);
  }
}
