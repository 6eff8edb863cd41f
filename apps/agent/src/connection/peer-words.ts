import { BoundedWords } from '@app/operations';

/** How many sentences of a list are kept. */
const MAX_SENTENCES = 10;

/** What the answers of a proxy hold for people. */
interface Spoken {
  reason?: string;
  version?: string;
  warnings?: readonly string[];
}

/** What a proxy says, short enough for a log line. */
export class PeerWords extends BoundedWords {
  /** An answer as it is, but for its words. */
  within<T>(answer: T): T {
    const { reason, version, warnings } = answer as Spoken;
    return {
      ...answer,
      ...(reason !== undefined && { reason: this.cut(reason) }),
      ...(version !== undefined && { version: this.cut(version) }),
      ...(warnings !== undefined && { warnings: this.#first(warnings) }),
    };
  }

  /** The first sentences, and how many more there are. */
  #first(sentences: readonly string[]): string[] {
    const first = sentences.slice(0, MAX_SENTENCES).map((sentence) => this.cut(sentence));
    const more = sentences.length - first.length;
    return more > 0 ? [...first, `and ${more} more`] : first;
  }
}
