import { Tally } from './tally.js';

/** How many there may be of something, and how often there was no room for one more. */
export class Bound {
  readonly reached = new Tally();

  /** @param limit - the highest count that fits */
  constructor(readonly limit: number) {}

  /** Whether `count` of them fit; it is counted when they do not. */
  admits(count: number): boolean {
    if (count <= this.limit) {
      return true;
    }
    this.reached.add();
    return false;
  }
}
