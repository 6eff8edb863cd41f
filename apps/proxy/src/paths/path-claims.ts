import type { AgentSession, SessionEnd } from '../agents/agent-session.js';
import type { PathRegistration } from './path-entry.js';
import type { PathTable } from './path-table.js';

/** What an agent is told of its claim. */
export type ClaimAnswer =
  | { readonly isValid: true; readonly isStandby: boolean }
  | { readonly isValid: false; readonly reason: string };

/** What the claims need of the sessions; the registry gives it. */
export interface ClaimSessions {
  /** Whether a holder is really there; the answer is shared by all who ask at once. */
  isAlive(holder: AgentSession): Promise<boolean>;
  end(session: AgentSession, end: SessionEnd): void;
}

/** Told of each claim to a path that another live agent holds. */
export type ConflictListener = (registration: PathRegistration, holder: AgentSession) => void;

const ACCEPTED: ClaimAnswer = { isValid: true, isStandby: false };

/** Why an earlier session of an agent that connected again ends. */
const SAME_PROCESS: SessionEnd = { cause: 'displaced', words: 'the same agent process connected again' };

/** A holder that keeps changing while we probe is asked about this often at most. */
const MAX_PROBES = 3;

/**
 * Settles who may have a path that a plain agent already holds.
 *
 * Another identity is refused. The same process (launch id) takes over at once: its earlier session is half-open. Any
 * other holder is probed: a dead one is replaced, a live one keeps the path. Then a newcomer with capabilities is refused
 * and tries again; an older one, which would drop its whole connection over a refusal, waits as standby.
 */
export class PathClaims {
  constructor(
    private readonly table: PathTable,
    private readonly onConflictPolicy: 'keep' | 'takeover',
    private readonly sessions: ClaimSessions,
    private readonly onConflict: ConflictListener,
  ) {}

  async claim(registration: PathRegistration): Promise<ClaimAnswer> {
    for (let probes = 0; ; probes += 1) {
      const { session, path } = registration;
      if (session.isEnded) {
        return refused(`Agent context ${session.id} was invalidated during registration of /${path}`);
      }
      const twins = this.findTwins(registration);
      const outcome = this.table.claim(registration);
      if (outcome.kind === 'added') {
        twins.forEach((twin) => this.sessions.end(twin, SAME_PROCESS));
        return ACCEPTED;
      }
      if (outcome.kind === 'refused') {
        return refused(outcome.reason);
      }
      const answer = await this.settle(registration, outcome.holder, probes >= MAX_PROBES);
      if (answer !== undefined) {
        return answer;
      }
    }
  }

  /** The answer, or undefined when the path should be claimed anew. */
  private async settle(
    registration: PathRegistration,
    holder: AgentSession,
    isLastTry: boolean,
  ): Promise<ClaimAnswer | undefined> {
    const { session, path } = registration;
    if (holder.identity !== session.identity) {
      return refused(`Path /${path} is held by an agent of another identity`);
    }
    if (isSameProcess(holder, session)) {
      this.takeOver(registration);
      this.sessions.end(holder, SAME_PROCESS);
      return ACCEPTED;
    }
    if (this.onConflictPolicy === 'takeover') {
      this.onConflict(registration, holder);
      this.takeOver(registration);
      return ACCEPTED;
    }
    if (!isLastTry && !(await this.sessions.isAlive(holder))) {
      this.sessions.end(holder, {
        cause: 'displaced',
        words: 'it did not answer when another agent claimed its path',
      });
      return undefined;
    }
    return this.keep(registration, holder, isLastTry);
  }

  /** The holder was alive when asked: it keeps the path, if it still has it. */
  private keep(
    registration: PathRegistration,
    holder: AgentSession,
    isLastTry: boolean,
  ): ClaimAnswer | undefined {
    const { session, path } = registration;
    const isHeldStill = this.table.find(path)?.registrations[0]?.session === holder;
    if ((!isHeldStill && !isLastTry) || session.isEnded) {
      return undefined;
    }
    this.onConflict(registration, holder);
    if (session.agent.capabilities.size > 0) {
      return refused(
        `Path /${path} is held by agent ${holder.agent.name} on ${holder.agent.hostName}, which is alive`,
      );
    }
    const refusal = this.table.addStandby(registration);
    return refusal === undefined ? { isValid: true, isStandby: true } : refused(refusal);
  }

  /** Earlier sessions of the same process at this path: half-open, and consolidated, or it would hold the path alone. */
  private findTwins({ session, path }: PathRegistration): AgentSession[] {
    const holders = this.table.find(path)?.registrations ?? [];
    const others = holders.map((held) => held.session).filter((other) => other !== session);
    return session.agent.isConsolidated ? others.filter((other) => isSameProcess(other, session)) : [];
  }

  private takeOver(registration: PathRegistration): void {
    for (const displaced of this.table.takeOver(registration)) {
      this.sessions.end(displaced, {
        cause: 'displaced',
        words: `agent ${registration.session.agent.name} took its path`,
      });
    }
  }
}

function isSameProcess(one: AgentSession, other: AgentSession): boolean {
  return (
    one.agent.launchId !== '' &&
    one.agent.launchId === other.agent.launchId &&
    one.identity === other.identity
  );
}

function refused(reason: string): ClaimAnswer {
  return { isValid: false, reason };
}
