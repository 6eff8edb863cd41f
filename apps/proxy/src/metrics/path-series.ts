/** Which series there are for each path, so that they can be taken out when the path is no longer known. */
export class PathSeries {
  private readonly outcomesByPath = new Map<string, Set<string>>();

  note(path: string, outcome: string): void {
    const outcomes = this.outcomesByPath.get(path);
    if (outcomes === undefined) {
      this.outcomesByPath.set(path, new Set([outcome]));
    } else {
      outcomes.add(outcome);
    }
  }

  /** Forget the paths that are not known, and tell their outcomes. */
  retain(
    isKnown: (path: string) => boolean,
    onForgotten: (path: string, outcomes: ReadonlySet<string>) => void,
  ): void {
    for (const [path, outcomes] of this.outcomesByPath) {
      if (!isKnown(path)) {
        this.outcomesByPath.delete(path);
        onForgotten(path, outcomes);
      }
    }
  }
}
