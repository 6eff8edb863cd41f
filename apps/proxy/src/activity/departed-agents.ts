import type { SessionEnd } from '../agents/agent-session.js';
import type { StreamSession } from '../agents/stream-session.js';

/** Agents that are remembered after they left. */
const MAX_AGENTS = 200;
/** For how long, in milliseconds. */
const MAX_AGE_MS = 3_600_000;

/** An agent that left and has not come back. */
export interface DepartedAgent {
  readonly name: string;
  readonly hostName: string;
  readonly identity: string | undefined;
  /** Wall clock, in milliseconds. */
  readonly sinceMs: number;
  readonly leftAtMs: number;
  readonly cause: SessionEnd['cause'];
  readonly words: string;
}

/** Who an agent is over its sessions: what it calls itself, where it runs and what it proved. */
export function agentKey({ agent, identity }: Pick<StreamSession, 'agent' | 'identity'>): string {
  return JSON.stringify([agent.name, agent.hostName, identity]);
}

/** Agents that left within the last hour, until they are back; the oldest make room. */
export class DepartedAgents {
  private readonly byKey = new Map<string, DepartedAgent>();

  /** @param now - wall clock, in milliseconds */
  constructor(private readonly now: () => number) {}

  /** One that never said who it is is nobody who could be missed. */
  left(session: StreamSession, { cause, words }: SessionEnd): void {
    if (session.isUnregistered) {
      return;
    }
    const { name, hostName } = session.agent;
    const { identity, openedAt: sinceMs } = session;
    const key = agentKey(session);
    this.byKey.delete(key);
    this.byKey.set(key, { name, hostName, identity, sinceMs, leftAtMs: this.now(), cause, words });
    const [oldest] = this.byKey.keys();
    if (this.byKey.size > MAX_AGENTS && oldest !== undefined) {
      this.byKey.delete(oldest);
    }
  }

  back(session: StreamSession): void {
    this.byKey.delete(agentKey(session));
  }

  /** @param isHere - whether an agent with this {@link agentKey} has another session, as one that was displaced by itself */
  newestFirst(isHere: (key: string) => boolean): DepartedAgent[] {
    this.expire();
    return [...this.byKey]
      .filter(([key]) => !isHere(key))
      .map(([, agent]) => agent)
      .toReversed();
  }

  expire(): void {
    const oldestMs = this.now() - MAX_AGE_MS;
    for (const [key, { leftAtMs }] of this.byKey) {
      if (leftAtMs > oldestMs) {
        return;
      }
      this.byKey.delete(key);
    }
  }
}
