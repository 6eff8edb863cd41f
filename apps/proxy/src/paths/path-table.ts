import { Bound } from '@app/operations';
import type { AgentSession } from '../agents/agent-session.js';
import type { ClaimOutcome, PathEntry, PathRegistration, PathTableLimits } from './path-entry.js';

interface MutableEntry {
  readonly path: string;
  readonly isConsolidated: boolean;
  registrations: PathRegistration[];
  standbys: PathRegistration[];
}

/**
 * Who serves which path. A registration belongs to its session and goes with it.
 */
export class PathTable {
  private readonly entries = new Map<string, MutableEntry>();
  private readonly pathsBySession = new Map<AgentSession, Set<string>>();
  private nextPathId = 0;

  /** Of the paths of all agents. */
  readonly bound: Bound;
  readonly boundPerAgent: Bound;

  constructor({ maxPaths, maxPathsPerAgent }: PathTableLimits) {
    this.bound = new Bound(maxPaths);
    this.boundPerAgent = new Bound(maxPathsPerAgent);
  }

  /** Paths served; a consolidated one counts once. */
  get size(): number {
    return this.entries.size;
  }

  takePathId(): number {
    return this.nextPathId++;
  }

  find(path: string): PathEntry | undefined {
    return this.entries.get(path);
  }

  /** All entries, in order of registration. */
  list(): Iterable<PathEntry> {
    return this.entries.values();
  }

  /** The paths a session has or waits for. */
  pathsOf(session: AgentSession): string[] {
    return [...(this.pathsBySession.get(session) ?? [])];
  }

  countOf(session: AgentSession): number {
    return this.pathsBySession.get(session)?.size ?? 0;
  }

  /** Claim a path. An agent that claims a path it has holds it once, with what it said last. */
  claim(registration: PathRegistration): ClaimOutcome {
    const { session, path } = registration;
    const entry = this.entries.get(path);
    const refusal = this.findRefusal(registration, entry);
    if (refusal !== undefined) {
      return { kind: 'refused', reason: refusal };
    }

    const holder = entry?.registrations[0]?.session;
    if (entry !== undefined && !entry.isConsolidated && holder !== undefined && holder !== session) {
      return { kind: 'held', holder };
    }
    this.insert(registration, entry);
    return { kind: 'added' };
  }

  /** Let a plain agent wait for a path that another holds, to be promoted when the holder leaves. Why not, if it may not. */
  addStandby(registration: PathRegistration): string | undefined {
    const entry = this.entries.get(registration.path);
    const refusal = this.findRefusal(registration, entry);
    if (refusal !== undefined) {
      return refusal;
    }
    if (entry === undefined) {
      this.insert(registration, undefined);
      return undefined;
    }
    entry.standbys = [
      ...entry.standbys.filter((other) => other.session !== registration.session),
      registration,
    ];
    this.note(registration);
    return undefined;
  }

  /** Take a path from whoever holds it, for `registration`; who held it and has no path left now. */
  takeOver(registration: PathRegistration): AgentSession[] {
    const entry = this.entries.get(registration.path);
    const displaced = (entry?.registrations ?? []).map((held) => held.session);
    for (const session of displaced) {
      this.forget(session, registration.path);
    }
    const standbys = entry?.standbys.filter((waiting) => waiting.session !== registration.session);
    this.entries.delete(registration.path);
    this.insert(registration, undefined, standbys);
    return displaced.filter((session) => session !== registration.session && this.countOf(session) === 0);
  }

  /** Take back one agent's claim; a reason when there is none. */
  remove(path: string, session: AgentSession): string | undefined {
    const entry = this.entries.get(path);
    if (entry === undefined) {
      return `Unable to remove path /${path} - path not found`;
    }
    const isOwner = [...entry.registrations, ...entry.standbys].some((held) => held.session === session);
    if (!isOwner) {
      return `Unable to remove path /${path} - invalid agentId: ${session.id}`;
    }
    this.release(entry, session);
    return undefined;
  }

  /** Take out everything of a session; the paths that nobody serves now. */
  removeSession(session: AgentSession): PathRegistration[] {
    const gone: PathRegistration[] = [];
    for (const path of this.pathsBySession.get(session) ?? []) {
      const entry = this.entries.get(path);
      const held = entry?.registrations.find((registration) => registration.session === session);
      if (entry !== undefined) {
        this.release(entry, session);
      }
      if (held !== undefined && !this.entries.has(path)) {
        gone.push(held);
      }
    }
    this.pathsBySession.delete(session);
    return gone;
  }

  private findRefusal(
    { session, path }: PathRegistration,
    entry: MutableEntry | undefined,
  ): string | undefined {
    if (entry !== undefined && entry.isConsolidated !== session.agent.isConsolidated) {
      return session.agent.isConsolidated
        ? `Consolidated agent rejected for non-consolidated path /${path}`
        : `Non-consolidated agent rejected for consolidated path /${path}`;
    }
    if (entry === undefined && !this.bound.admits(this.entries.size + 1)) {
      return `The proxy serves as many paths as it may: ${this.bound.limit}`;
    }
    const isNew = !(this.pathsBySession.get(session)?.has(path) ?? false);
    return isNew && !this.boundPerAgent.admits(this.countOf(session) + 1)
      ? `An agent may register at most ${this.boundPerAgent.limit} paths`
      : undefined;
  }

  private insert(
    registration: PathRegistration,
    entry: MutableEntry | undefined,
    standbys: PathRegistration[] = [],
  ): void {
    const { session, path } = registration;
    this.note(registration);
    if (entry === undefined) {
      const { isConsolidated } = session.agent;
      this.entries.set(path, { path, isConsolidated, registrations: [registration], standbys });
      return;
    }
    const index = entry.registrations.findIndex((held) => held.session === session);
    entry.registrations =
      index === -1 ? [...entry.registrations, registration] : entry.registrations.with(index, registration);
  }

  private release(entry: MutableEntry, session: AgentSession): void {
    this.forget(session, entry.path);
    entry.standbys = entry.standbys.filter((waiting) => waiting.session !== session);
    entry.registrations = entry.registrations.filter((held) => held.session !== session);
    if (entry.registrations.length > 0) {
      return;
    }
    const [promoted, ...standbys] = entry.standbys;
    if (promoted === undefined) {
      this.entries.delete(entry.path);
    } else {
      entry.registrations = [promoted];
      entry.standbys = standbys;
    }
  }

  private note({ session, path }: PathRegistration): void {
    const paths = this.pathsBySession.get(session) ?? new Set();
    this.pathsBySession.set(session, paths.add(path));
  }

  private forget(session: AgentSession, path: string): void {
    const paths = this.pathsBySession.get(session);
    paths?.delete(path);
    if (paths?.size === 0) {
      this.pathsBySession.delete(session);
    }
  }
}
