import { crc32 } from 'node:zlib';
import type { Chunk, Summary } from './chunk.js';

/**
 * Cuts a body that arrives piece by piece into chunks of exactly `maxChunkBytes` bytes, the last one shorter.
 *
 * Chunks are views of the pieces; only a chunk that spans several pieces is copied together, so no byte is
 * copied more than once. Less than one chunk is held back until the next piece or the end. The pieces must
 * stay unchanged for as long as the chunks are in use. An empty body yields no chunk.
 */
export class ChunkCutter {
  readonly #maxChunkBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #chunkCount = 0;
  #byteCount = 0;
  #checksum = 0;
  #isFinished = false;

  /**
   * @param maxChunkBytes - in bytes, an integer of at least 1
   * @throws {RangeError} when `maxChunkBytes` is out of range
   */
  constructor(maxChunkBytes: number) {
    if (!Number.isSafeInteger(maxChunkBytes) || maxChunkBytes < 1) {
      throw new RangeError(`maxChunkBytes must be an integer of at least 1, not ${maxChunkBytes}`);
    }
    this.#maxChunkBytes = maxChunkBytes;
  }

  /**
   * Take the next piece of the body and return the chunks that are full with it, in order.
   *
   * @throws {Error} after `finish`
   */
  push(piece: Buffer): Chunk[] {
    this.#assertUnfinished();
    const chunks: Chunk[] = [];
    let offset = 0;

    while (this.#waitingBytes + piece.length - offset >= this.#maxChunkBytes) {
      const end = offset + this.#maxChunkBytes - this.#waitingBytes;
      this.#wait(piece.subarray(offset, end));
      chunks.push(this.#cutWaiting());
      offset = end;
    }
    this.#wait(piece.subarray(offset));
    return chunks;
  }

  /**
   * End the body: what was held back, as at most one chunk, and the summary.
   *
   * @throws {Error} when called twice
   */
  finish(): { last: Chunk[]; summary: Summary } {
    this.#assertUnfinished();
    this.#isFinished = true;
    const last = this.#waitingBytes === 0 ? [] : [this.#cutWaiting()];
    const summary = { chunkCount: this.#chunkCount, byteCount: this.#byteCount, checksum: this.#checksum };
    return { last, summary };
  }

  #wait(piece: Buffer): void {
    if (piece.length > 0) {
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
    }
  }

  #cutWaiting(): Chunk {
    const [first] = this.#waiting;
    const isOnePiece = first !== undefined && this.#waiting.length === 1;
    const bytes = isOnePiece ? first : Buffer.concat(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;

    this.#chunkCount += 1;
    this.#byteCount += bytes.length;
    this.#checksum = crc32(bytes, this.#checksum);
    return { count: this.#chunkCount, byteCount: bytes.length, checksum: this.#checksum, bytes };
  }

  #assertUnfinished(): void {
    if (this.#isFinished) {
      throw new Error('this body is already finished');
    }
  }
}

/**
 * Cut a whole body into chunks of at most `maxChunkBytes` bytes, in order, and sum it up.
 *
 * Chunks are views of the body, not copies. An empty body yields no chunk and a summary of zeros.
 *
 * @param body - the body, in bytes as they go over the wire
 * @param maxChunkBytes - in bytes, an integer of at least 1
 * @throws {RangeError} when `maxChunkBytes` is out of range
 */
export function cutChunks(body: Buffer, maxChunkBytes: number): { chunks: Chunk[]; summary: Summary } {
  const cutter = new ChunkCutter(maxChunkBytes);
  const chunks = cutter.push(body);
  const { last, summary } = cutter.finish();
  return { chunks: [...chunks, ...last], summary };
}
