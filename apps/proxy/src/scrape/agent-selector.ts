import type { AgentSession } from '../agents/agent-session.js';
import type { PathEntry } from '../paths/path-entry.js';

/**
 * Chooses which session answers a path.
 *
 * `tried` holds the sessions that failed this scrape already. Must not block; undefined when none is left.
 */
export interface AgentSelector {
  select(entry: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined;
}

/** The available session with the fewest scrapes in flight; of equals, the one that registered first. */
export class LeastLoadedSelector implements AgentSelector {
  select(entry: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined {
    let best: AgentSession | undefined;
    for (const { session } of entry.registrations) {
      const isCandidate = session.isAvailable && !tried.has(session);
      if (isCandidate && (best === undefined || session.inFlight < best.inFlight)) {
        best = session;
      }
    }
    return best;
  }
}
