import type { SessionEnd } from '../agents/agent-session.js';
import type { SessionObserver } from '../agents/session-observer.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { ScrapeObserver, ScrapeRecord } from '../scrape/scrape-observer.js';
import { DepartedAgents } from './departed-agents.js';
import { PathActivity } from './path-activity.js';
import { type RecentScrape, toRecentScrape } from './recent-scrape.js';
import { RefusedPaths } from './refused-paths.js';
import { Ring } from './ring.js';

export interface ActivitySizes {
  /** Scrapes of any outcome that are remembered. */
  readonly scrapes: number;
  /** Failed scrapes that are remembered. */
  readonly failures: number;
}

/**
 * What happened lately, for people who look: the last scrapes, the last failed ones, and the last of each path; agents
 * that left, paths that were refused.
 *
 * Per scrape it copies a few values; words are put together when somebody looks. Each store has a bound, and a path is
 * forgotten with its registration and hold-down.
 */
export class RecentActivity implements ScrapeObserver, SessionObserver {
  readonly departedAgents: DepartedAgents;
  readonly refusedPaths: RefusedPaths;
  private readonly scrapes: Ring<RecentScrape>;
  private readonly failed: Ring<RecentScrape>;
  private nextId = 0;
  private readonly listeners = new Set<() => void>();
  private readonly byPath = new Map<string, PathActivity>();

  /** @param now - wall clock, in milliseconds */
  constructor(
    sizes: ActivitySizes,
    private readonly now: () => number = Date.now,
  ) {
    this.scrapes = new Ring(sizes.scrapes);
    this.failed = new Ring(sizes.failures);
    this.departedAgents = new DepartedAgents(now);
    this.refusedPaths = new RefusedPaths(now);
  }

  /** Paths that something is remembered of. */
  get pathCount(): number {
    return this.byPath.size;
  }

  scraped(record: ScrapeRecord): void {
    const scrape = toRecentScrape(record, this.nextId++, this.now());
    this.scrapes.push(scrape);
    if (scrape.outcome !== 'success') {
      this.failed.push(scrape);
    }
    this.activityFor(record)?.note(scrape);
  }

  sessionRegistered(session: StreamSession): void {
    this.departedAgents.back(session);
    this.tell();
  }

  sessionEnded(session: StreamSession, end: SessionEnd): void {
    this.departedAgents.left(session, end);
    this.tell();
  }

  pathRegistered(session: StreamSession, path: string): void {
    this.refusedPaths.registered(session, path);
    this.tell();
  }

  pathRefused(session: StreamSession, path: string, reason: string): void {
    this.refusedPaths.refused(session, path, reason);
    this.tell();
  }

  /** Hear of agents and paths that came or went, until the returned function is called; scrapes are too many. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  find(path: string): PathActivity | undefined {
    return this.byPath.get(path);
  }

  recentScrapes(): RecentScrape[] {
    return this.scrapes.newestFirst();
  }

  recentFailures(): RecentScrape[] {
    return this.failed.newestFirst();
  }

  /** Forget the paths that nobody knows any more, and what is too old. */
  retainPaths(isKnown: (path: string) => boolean): void {
    for (const path of this.byPath.keys()) {
      if (!isKnown(path)) {
        this.byPath.delete(path);
      }
    }
    this.departedAgents.expire();
    this.refusedPaths.expire();
  }

  private tell(): void {
    this.listeners.forEach((listener) => listener());
  }

  /** Only a path that an agent was asked for is one; anybody can make up others. */
  private activityFor({ path, agentName }: ScrapeRecord): PathActivity | undefined {
    const known = this.byPath.get(path);
    if (known !== undefined || agentName === undefined) {
      return known;
    }
    const activity = new PathActivity();
    this.byPath.set(path, activity);
    return activity;
  }
}
