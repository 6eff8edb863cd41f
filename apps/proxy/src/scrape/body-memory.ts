/**
 * The bytes of bodies that this process may hold at once, over all scrapes.
 *
 * Who reserves must release the same amount once.
 */
export class BodyMemory {
  private heldBytes = 0;
  private refusalCount = 0;

  /** @param maxBytes - the budget, in bytes */
  constructor(readonly maxBytes: number) {}

  /** Bytes held now. */
  get held(): number {
    return this.heldBytes;
  }

  /** How often there was no room. */
  get refusals(): number {
    return this.refusalCount;
  }

  /** Take `bytes` of the budget; false, and nothing is taken, when they do not fit. */
  reserve(bytes: number): boolean {
    if (this.heldBytes + bytes > this.maxBytes) {
      this.refusalCount += 1;
      return false;
    }
    this.heldBytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}
