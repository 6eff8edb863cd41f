import { Bound } from '@app/operations';
import { type PathFamilies, PathMetrics } from './path-metrics.js';

/**
 * The series of each path, at most so many: the paths beyond that share the series of the empty path, so that sums over
 * all paths stay right and a page of metrics stays readable. A path that is no longer known loses its series.
 */
export class PathSeries {
  readonly bound: Bound;
  private readonly byPath = new Map<string, PathMetrics>();
  /** Of the empty path: for all that have none of their own. */
  readonly shared: PathMetrics;

  /** @param maxPaths - paths with series of their own */
  constructor(
    private readonly families: PathFamilies,
    maxPaths: number,
  ) {
    this.bound = new Bound(maxPaths);
    this.shared = new PathMetrics(families, '');
  }

  of(path: string): PathMetrics {
    return this.byPath.get(path) ?? this.add(path);
  }

  /** Remove the series of the paths that are not known. */
  retain(isKnown: (path: string) => boolean): void {
    for (const [path, metrics] of this.byPath) {
      if (!isKnown(path)) {
        this.byPath.delete(path);
        metrics.remove();
      }
    }
  }

  private add(path: string): PathMetrics {
    if (!this.bound.admits(this.byPath.size + 1)) {
      return this.shared;
    }
    const metrics = new PathMetrics(this.families, path);
    this.byPath.set(path, metrics);
    return metrics;
  }
}
