import { distance } from 'fastest-levenshtein';

/** The candidate most like a text, where one is like it at all. */
export function findNearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** How ` did you mean …?` continues a sentence, or nothing. */
export function didYouMean(text: string, candidates: Iterable<string>): string {
  const nearest = findNearest(text, candidates);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}
