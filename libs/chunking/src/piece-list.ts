/** Pieces below this many bytes are gathered into blocks. */
const SMALL_PIECE_BYTES = 1024;
const BLOCK_BYTES = 16 * 1024;

/**
 * The bytes of a body in arrival order, held in memory proportional to their number.
 *
 * Pieces are kept as the views they are. Two kinds are copied, because keeping them would cost far more memory
 * than they have bytes: small ones, which are gathered into blocks, and those that are a small part of the
 * buffer they came in, which would keep all of it alive.
 */
export class PieceList {
  #pieces: Buffer[] = [];
  #block = Buffer.alloc(0);
  #blockUsed = 0;
  #gathersFrom: number | undefined;

  /**
   * Add the next bytes.
   *
   * @param bytes - what arrived
   * @param byteCount - how many of them to keep, from the front; at most `bytes.length`
   */
  push(bytes: Buffer, byteCount: number): void {
    if (byteCount === 0) {
      return;
    }
    const piece = bytes.subarray(0, byteCount);
    if (byteCount < SMALL_PIECE_BYTES) {
      this.#gather(piece);
      return;
    }
    this.#gathersFrom = undefined;
    this.#pieces.push(byteCount * 2 < bytes.length ? Buffer.from(piece) : piece);
  }

  /** Hand over what was added since the last call, and forget it. */
  take(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#gathersFrom = undefined;
    return pieces;
  }

  #gather(piece: Buffer): void {
    if (this.#blockUsed + piece.length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#blockUsed = 0;
      this.#gathersFrom = undefined;
    }
    const isContinued = this.#gathersFrom !== undefined;
    const from = this.#gathersFrom ?? this.#blockUsed;
    piece.copy(this.#block, this.#blockUsed);
    this.#blockUsed += piece.length;
    this.#gathersFrom = from;

    const gathered = this.#block.subarray(from, this.#blockUsed);
    this.#pieces.splice(isContinued ? -1 : this.#pieces.length, isContinued ? 1 : 0, gathered);
  }
}
