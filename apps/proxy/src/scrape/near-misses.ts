/** How many near misses are named. */
const MOST = 3;

/** Tables larger than this are not searched. */
const MAX_SEARCHED = 10_000;

/**
 * Registered paths that somebody may have meant by `path`: equal but for case and separators, or one being part of
 * the other.
 */
export function nearMisses(path: string, registered: Iterable<{ readonly path: string }>): string[] {
  const wanted = simplify(path);
  const misses: string[] = [];
  let searched = 0;
  for (const entry of registered) {
    if (misses.length === MOST || searched++ === MAX_SEARCHED) {
      break;
    }
    const candidate = simplify(entry.path);
    if (candidate === wanted || isPart(candidate, wanted) || isPart(wanted, candidate)) {
      misses.push(entry.path);
    }
  }
  return misses;
}

function isPart(part: string, whole: string): boolean {
  return part.length >= 3 && whole.includes(part);
}

function simplify(path: string): string {
  return path.toLowerCase().replace(/[^a-z0-9]/g, '');
}
