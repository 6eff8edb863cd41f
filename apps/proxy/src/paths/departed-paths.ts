import { Bound } from '@app/operations';
import type { ListedPath } from './listed-path.js';

/** A path whose agent left, kept for a while so that its scrapes say why they fail. */
export interface DepartedPath {
  readonly path: string;
  readonly agentName: string;
  /** Why the session ended. */
  readonly words: string;
  /** Wall clock, for people. */
  readonly leftAt: Date;
  /** Monotonic clock, in milliseconds. */
  readonly expiresAt: number;
  /** What is shown of it meanwhile. */
  readonly listed: ListedPath;
}

/**
 * Paths of sessions that ended, until the hold-down is over or somebody serves them again. The oldest make room.
 */
export class DepartedPaths {
  private readonly byPath = new Map<string, DepartedPath>();
  readonly bound: Bound;

  /**
   * @param holdDownMs - how long a path is remembered
   * @param maxPaths - how many are remembered
   * @param now - monotonic clock, in milliseconds
   */
  constructor(
    private readonly holdDownMs: number,
    maxPaths: number,
    private readonly now: () => number,
  ) {
    this.bound = new Bound(maxPaths);
  }

  get size(): number {
    return this.byPath.size;
  }

  add(listed: ListedPath, words: string): void {
    const { path } = listed;
    this.byPath.delete(path);
    this.byPath.set(path, {
      path,
      agentName: listed.agentNames.join(', '),
      words,
      leftAt: new Date(),
      expiresAt: this.now() + this.holdDownMs,
      listed,
    });
    const [oldest] = this.byPath.keys();
    if (!this.bound.admits(this.byPath.size) && oldest !== undefined) {
      this.byPath.delete(oldest);
    }
  }

  /** Somebody serves the path again, or took it back on purpose. */
  remove(path: string): void {
    this.byPath.delete(path);
  }

  find(path: string): DepartedPath | undefined {
    this.expire();
    return this.byPath.get(path);
  }

  /** All that are remembered, the oldest first. */
  listed(): ListedPath[] {
    return this.all().map((departed) => departed.listed);
  }

  /** All that are remembered, the oldest first, with when and why. */
  all(): DepartedPath[] {
    this.expire();
    return [...this.byPath.values()];
  }

  /** Forget what is older than the hold-down. */
  expire(): void {
    const now = this.now();
    for (const [path, departed] of this.byPath) {
      if (departed.expiresAt > now) {
        return;
      }
      this.byPath.delete(path);
    }
  }
}
