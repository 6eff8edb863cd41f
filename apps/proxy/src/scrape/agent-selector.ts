import type { AgentSession } from '../agents/agent-session.js';
import type { PathEntry } from '../paths/path-entry.js';

/**
 * Chooses which session answers a scrape of a path.
 *
 * Asked once for each scrape, and again each time the chosen session failed in a way that another may not. One that
 * throws, or chooses a session that is none of the path's or was tried, is passed over for the least loaded session;
 * its faults are counted in `proxy_module_errors_total` and logged by the module's name.
 */
export interface AgentSelector {
  /**
   * One of `entry.registrations`, at once: this is on the road of every scrape.
   *
   * @param tried - the sessions that failed this scrape already
   * @returns undefined when none is left; the scrape then fails as it failed last
   */
  select(entry: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined;
}

/**
 * The available session with the fewest scrapes in flight; of equals, the one that registered first. Where all are
 * leaving, one of these: until it has left, it serves what arrives.
 */
export class LeastLoadedSelector implements AgentSelector {
  select({ registrations }: PathEntry, tried: ReadonlySet<AgentSession>): AgentSession | undefined {
    let best: AgentSession | undefined;
    for (const { session } of registrations) {
      const isCandidate = !session.isEnded && !tried.has(session);
      if (isCandidate && (best === undefined || isBetter(session, best))) {
        best = session;
      }
    }
    return best;
  }
}

function isBetter(one: AgentSession, other: AgentSession): boolean {
  return one.isAvailable === other.isAvailable ? one.inFlight < other.inFlight : one.isAvailable;
}
