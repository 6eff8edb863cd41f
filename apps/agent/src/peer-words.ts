/** Characters of what a proxy says that are kept, and sentences of a list. */
const MAX_LENGTH = 500;
const MAX_SENTENCES = 10;

/** What a proxy gives as a reason, short enough for a log line: it may send megabytes. */
export function peerWords(words: string): string {
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH)}…` : words;
}

/** The first of what a proxy lists, and how many more there are. */
export function peerSentences(sentences: readonly string[]): string[] {
  const shown = sentences.slice(0, MAX_SENTENCES).map(peerWords);
  const more = sentences.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}
