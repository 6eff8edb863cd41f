import { randomUUID } from 'node:crypto';
import { agentKey } from '../activity/departed-agents.js';
import type { RecentActivity } from '../activity/recent-activity.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { DepartedPaths } from '../paths/departed-paths.js';
import type { PathTable } from '../paths/path-table.js';
import { agentSources, departedAgentSources } from './rows/agent-rows.js';
import { contestedSources, departedPathSources, failureSources } from './rows/other-rows.js';
import { pathSources } from './rows/path-rows.js';
import type { Row } from './row.js';
import { RowCache, type RowSource } from './row-cache.js';
import { forEachTable, type TableName } from './tables.js';

/** Snapshots that are kept, so that a page that was just loaded gets only what has changed since. */
const KEPT = 5;

/** The numbers at the head of the page. */
export interface Summary {
  readonly agents: number;
  readonly paths: number;
  readonly failingPaths: number;
  readonly inFlight: number;
  readonly departedAgents: number;
  readonly contestedPaths: number;
}

/** The state of the proxy at one moment. Rows that have not changed are the same objects in the next one. */
export interface Snapshot {
  /** Unique over restarts. */
  readonly version: string;
  /** Wall clock, in milliseconds. */
  readonly atMs: number;
  readonly summary: Summary;
  readonly rows: Record<TableName, readonly Row[]>;
}

/** What a snapshot is taken of. */
export interface SnapshotParts {
  readonly agents: { list(): StreamSession[] };
  readonly paths: PathTable;
  readonly departed: DepartedPaths;
  readonly activity: RecentActivity;
  /** How the page refers to what is below it. */
  readonly links: string;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** Takes snapshots, when somebody looks. */
export class Snapshots {
  private readonly caches = forEachTable((name) => new RowCache(name));
  private readonly run = randomUUID();
  private readonly kept: Snapshot[] = [];
  private count = 0;

  constructor(private readonly parts: SnapshotParts) {}

  /** A new one, or the last one if that is not older than `maxAgeMs`. */
  take(maxAgeMs = 0): Snapshot {
    const nowMs = this.parts.now();
    const last = this.kept.at(-1);
    if (last !== undefined && nowMs - last.atMs < maxAgeMs) {
      return last;
    }
    const snapshot = this.create(nowMs);
    this.kept.push(snapshot);
    if (this.kept.length > KEPT) {
      this.kept.shift();
    }
    return snapshot;
  }

  /** One of the last, if it is still kept. */
  find(version: string): Snapshot | undefined {
    return this.kept.find((snapshot) => snapshot.version === version);
  }

  private create(atMs: number): Snapshot {
    const { agents, paths, departed, activity, links } = this.parts;
    const sessions = agents.list();
    const here = new Set(sessions.map(agentKey));
    const departedAgents = activity.departedAgents.newestFirst((key) => here.has(key));
    const served = pathSources(paths.list(), (path) => activity.find(path), atMs, links);
    const sources: Record<TableName, RowSource[]> = {
      paths: served,
      agents: agentSources(sessions, (session) => paths.countOf(session), atMs),
      failures: failureSources(activity.recentFailures(), links),
      contested: contestedSources(paths.list(), activity.refusedPaths.newestFirst()),
      'departed-agents': departedAgentSources(departedAgents),
      'departed-paths': departedPathSources(departed.all()),
    };
    this.count += 1;
    return {
      version: `${this.run}:${this.count}`,
      atMs,
      summary: {
        agents: sessions.length,
        paths: served.length,
        failingPaths: served.filter(({ state }) => state === 'failing').length,
        inFlight: sessions.reduce((sum, { inFlight }) => sum + inFlight, 0),
        departedAgents: departedAgents.length,
        contestedPaths: sources.contested.length,
      },
      rows: forEachTable((name) => this.caches[name].rows(sources[name])),
    };
  }
}
