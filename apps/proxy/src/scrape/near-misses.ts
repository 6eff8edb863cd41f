import { distance } from 'fastest-levenshtein';

/** How many near misses are named. */
const MOST = 3;

/** Tables larger than this are not searched. */
const MAX_SEARCHED = 10_000;

/** Shorter names say too little to be like another. */
const MIN_COMPARED = 3;

/** Longer paths are not looked for: comparing them would take long. */
const MAX_WANTED = 128;

/** Characters that may be wrong, missing or too many. */
const MAX_TYPOS = 2;

/**
 * Registered paths that somebody may have meant by `path`: equal but for case, separators and a
 * typing error or two, or one being part of the other.
 */
export function nearMisses(path: string, registered: Iterable<{ readonly path: string }>): string[] {
  if (path.length > MAX_WANTED) {
    return [];
  }
  const wanted = simplify(path);
  const misses: string[] = [];
  let searched = 0;
  for (const entry of registered) {
    if (misses.length === MOST || searched++ === MAX_SEARCHED) {
      break;
    }
    const candidate = simplify(entry.path);
    if (isAlike(candidate, wanted)) {
      misses.push(entry.path);
    }
  }
  return misses;
}

/** Equal, nearly equal, or one a part of the other. */
function isAlike(one: string, other: string): boolean {
  const isComparable = one.length > MIN_COMPARED && Math.abs(one.length - other.length) <= MAX_TYPOS;
  const isNearlyEqual = isComparable && distance(one, other) <= MAX_TYPOS;
  return one === other || isNearlyEqual || isPart(one, other) || isPart(other, one);
}

function isPart(part: string, whole: string): boolean {
  return part.length >= MIN_COMPARED && whole.includes(part);
}

function simplify(path: string): string {
  return path.toLowerCase().replace(/[^a-z0-9]/g, '');
}
