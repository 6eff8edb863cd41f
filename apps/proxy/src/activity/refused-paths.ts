import { agentKey } from './departed-agents.js';
import type { StreamSession } from '../agents/stream-session.js';

/** Refusals that are remembered. */
const MAX_REFUSALS = 1_000;
/** How long after the last attempt, in milliseconds: an agent tries again within half a minute. */
const MAX_AGE_MS = 120_000;
const MAX_PATH_LENGTH = 1_024;
const MAX_REASON_LENGTH = 500;

/** A path that an agent wants and was not given. */
export interface RefusedPath {
  readonly path: string;
  readonly agentName: string;
  readonly hostName: string;
  readonly reason: string;
  readonly attempts: number;
  /** Wall clock, in milliseconds, of the last attempt. */
  readonly atMs: number;
}

/**
 * Paths that agents were refused, until they have them or give up. They outlive sessions: an existing agent drops its
 * connection over a refusal, and comes back with the same wish.
 */
export class RefusedPaths {
  private readonly byKey = new Map<string, RefusedPath>();

  /** @param now - wall clock, in milliseconds */
  constructor(private readonly now: () => number) {}

  refused(session: StreamSession, rawPath: string, reason: string): void {
    const path = bare(rawPath);
    const key = keyOf(session, path);
    const attempts = (this.byKey.get(key)?.attempts ?? 0) + 1;
    const { name: agentName, hostName } = session.agent;
    this.byKey.delete(key);
    this.byKey.set(key, {
      path,
      agentName,
      hostName,
      reason: reason.slice(0, MAX_REASON_LENGTH),
      attempts,
      atMs: this.now(),
    });
    const [oldest] = this.byKey.keys();
    if (this.byKey.size > MAX_REFUSALS && oldest !== undefined) {
      this.byKey.delete(oldest);
    }
  }

  registered(session: StreamSession, rawPath: string): void {
    if (this.byKey.size > 0) {
      this.byKey.delete(keyOf(session, bare(rawPath)));
    }
  }

  newestFirst(): RefusedPath[] {
    this.expire();
    return [...this.byKey.values()].toReversed();
  }

  expire(): void {
    const oldestMs = this.now() - MAX_AGE_MS;
    for (const [key, { atMs }] of this.byKey) {
      if (atMs > oldestMs) {
        return;
      }
      this.byKey.delete(key);
    }
  }
}

const bare = (path: string): string => path.slice(0, MAX_PATH_LENGTH).replace(/^\//, '');

const keyOf = (session: StreamSession, path: string): string => `${agentKey(session)} ${path}`;
