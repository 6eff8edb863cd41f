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

/**
 * The available session with the fewest scrapes in flight; of equals, the one that registered first. Where all are
 * leaving, one of these: until it has left, it serves what arrives.
 */
export class LeastLoadedSelector implements AgentSelector {
  select(entry: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined {
    const candidates = entry.registrations
      .map(({ session }) => session)
      .filter((session) => !session.isEnded && !tried.has(session));
    const available = candidates.filter((session) => session.isAvailable);
    return leastLoaded(available.length > 0 ? available : candidates);
  }
}

function leastLoaded([first, ...others]: readonly AgentSession[]): AgentSession | undefined {
  return others.reduce((best, session) => (session.inFlight < (best?.inFlight ?? 0) ? session : best), first);
}
