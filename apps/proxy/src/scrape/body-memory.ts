import { Bound, discard } from '@app/operations';
import type { Release, ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/**
 * The bytes of bodies that this process may hold at once, over all scrapes.
 *
 * Who reserves must release the same amount once.
 */
export class BodyMemory {
  private heldBytes = 0;
  readonly bound: Bound;

  /** @param maxBytes - the budget, in bytes */
  constructor(maxBytes: number) {
    this.bound = new Bound(maxBytes);
  }

  /** Bytes held now. */
  get held(): number {
    return this.heldBytes;
  }

  /** Take `bytes` of the budget; false, and nothing is taken, when they do not fit. */
  reserve(bytes: number): boolean {
    if (!this.bound.admits(this.heldBytes + bytes)) {
      return false;
    }
    this.heldBytes += bytes;
    return true;
  }

  /** What a scrape is told when there is no room. */
  refusal(): ScrapeFailure {
    return failure('overloaded', 'the proxy holds as many bytes of bodies as it may');
  }

  /**
   * Releases `bytes` the first time it is called.
   *
   * @param pieces - whose memory is theirs alone; it is given back as well when they are used up
   */
  releaser(bytes: number, pieces: readonly Buffer[] = []): Release {
    let isReleased = false;
    return (isUsedUp = false) => {
      if (isReleased) {
        return;
      }
      isReleased = true;
      this.release(bytes);
      if (isUsedUp) {
        discard(pieces);
      }
    };
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}
