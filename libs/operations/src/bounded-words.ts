import { Bound } from './bound.js';

/** Words that somebody else chose, who may send megabytes of them: each is kept to so many characters. */
export class BoundedWords {
  readonly bound: Bound;

  constructor(maxLength: number) {
    this.bound = new Bound(maxLength);
  }

  /** The words, or their beginning and a sign that there was more; that is counted. */
  cut(words: string): string {
    return this.bound.admits(words.length) ? words : `${words.slice(0, this.bound.limit)}…`;
  }
}
