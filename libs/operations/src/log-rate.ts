import { Bound } from './bound.js';

const WINDOW_MS = 1_000;

/** How many lines are logged in a second at most; what is more is left out, and counted. */
export class LogRate {
  readonly bound: Bound;
  #windowEndsAt = -Infinity;
  #lines = 0;
  #leftOut = 0;

  /** @param maxPerSec - a second begins with the first line after the last one */
  constructor(maxPerSec: number) {
    this.bound = new Bound(maxPerSec);
  }

  /**
   * Whether there is room for one more line.
   *
   * @param onOver - told at the end of the second how many lines were left out, if this was the first of them
   */
  admits(onOver: (leftOut: number) => void): boolean {
    const now = performance.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS;
      this.#lines = 0;
    }
    if (this.bound.admits(this.#lines + 1)) {
      this.#lines += 1;
      return true;
    }
    this.#leftOut += 1;
    if (this.#leftOut === 1) {
      setTimeout(() => onOver(this.#takeLeftOut()), Math.ceil(this.#windowEndsAt - now) + 1).unref();
    }
    return false;
  }

  #takeLeftOut(): number {
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
