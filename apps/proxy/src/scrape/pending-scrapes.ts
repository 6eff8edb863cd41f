import { Deadlines } from '@app/deadlines';
import { Bound } from '@app/operations';
import type { AgentSession } from '../agents/agent-session.js';
import { PendingScrape, type PendingEnd } from './pending-scrape.js';
import { NumberedSlots } from './numbered-slots.js';
import type { ScrapeAsk, ScrapeFailure } from './scrape-answer.js';

/**
 * All scrapes that wait for an answer, over all sessions: at most `maxInFlight`.
 */
export class PendingScrapes {
  private readonly byId = new NumberedSlots<PendingScrape>();

  readonly bound: Bound;

  /** @param deadlines - shared by all that waits in the proxy */
  constructor(
    maxInFlight: number,
    private readonly deadlines = new Deadlines(),
  ) {
    this.bound = new Bound(maxInFlight);
  }

  get size(): number {
    return this.byId.size;
  }

  /** Chunked bodies that are arriving. */
  get transferCount(): number {
    let count = 0;
    for (const pending of this.byId.values()) {
      count += pending.transfer === undefined ? 0 : 1;
    }
    return count;
  }

  /** A new entry, or undefined when the bound is reached. */
  open(
    session: AgentSession,
    ask: ScrapeAsk,
    onEnd: (pending: PendingScrape, end: PendingEnd) => void,
  ): PendingScrape | undefined {
    if (!this.bound.admits(this.byId.size + 1)) {
      return undefined;
    }
    const forget = (ended: PendingScrape, end: PendingEnd): void => {
      this.byId.delete(ended.id);
      onEnd(ended, end);
    };
    return this.byId.add((id) => new PendingScrape(id, session, ask, this.deadlines, forget));
  }

  /** The scrape with this id, if it still waits and it is this session that was asked. */
  find(id: number, session: AgentSession): PendingScrape | undefined {
    const pending = this.byId.get(id);
    return pending?.session === session ? pending : undefined;
  }

  /** Fail everything that this session was asked and has not answered. */
  failSession(session: AgentSession, because: ScrapeFailure): void {
    for (const pending of this.byId.values()) {
      if (pending.session === session) {
        pending.settle(because);
      }
    }
  }

  /** Fail everything that waits. */
  failAll(because: ScrapeFailure): void {
    for (const pending of this.byId.values()) {
      pending.settle(because);
    }
  }
}
