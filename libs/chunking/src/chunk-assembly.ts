import { crc32 } from 'node:zlib';
import type { Chunk, Summary } from './chunk.js';
import { PieceList } from './piece-list.js';

/**
 * Why a chunked body cannot be used, and at which message it showed.
 *
 * `detail` is for people; it holds numbers, never content.
 */
export interface ChunkProblem {
  kind: 'corrupt' | 'too_large';
  stage: 'chunk' | 'summary';
  detail: string;
  /** The sender gave the body up on purpose, with a summary of no chunks after some had come. */
  isAbandoned: boolean;
}

/**
 * One body put together again from its chunks, every claim of the sender checked.
 *
 * A problem is final: the bytes are dropped, and every later call answers the same problem. After a good
 * summary any further message is a problem. The pieces are views of the chunks' bytes unless that would keep
 * much more memory alive than the body has bytes.
 */
export class ChunkAssembly {
  readonly #maxBytes: number;
  readonly #pieces = new PieceList();
  #chunkCount = 0;
  #byteCount = 0;
  #checksum = 0;
  #isFinished = false;
  #problem: ChunkProblem | undefined;

  /** @param maxBytes - the largest body accepted, in bytes; a body of exactly this size passes */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of all accepted chunks, in bytes; neither taking the pieces nor a problem lowers it. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Number of accepted chunks. */
  get chunkCount(): number {
    return this.#chunkCount;
  }

  /** Accept the next chunk, or say what is wrong with it. */
  add(chunk: Chunk): ChunkProblem | undefined {
    const problem = this.#problem ?? this.#checkOpen('chunk') ?? this.#checkSize(chunk);
    if (problem !== undefined) {
      return this.#fail(problem);
    }
    const checksum = crc32(chunk.bytes.subarray(0, chunk.byteCount), this.#checksum);
    const mismatch = this.#checkClaims(chunk, checksum);
    if (mismatch !== undefined) {
      return this.#fail(mismatch);
    }

    this.#chunkCount += 1;
    this.#byteCount += chunk.byteCount;
    this.#checksum = checksum;
    this.#pieces.push(chunk.bytes, chunk.byteCount);
    return undefined;
  }

  /** Compare the sender's totals with what came, or say how they differ. The body is whole when they agree. */
  finish(summary: Summary): ChunkProblem | undefined {
    const problem = this.#problem ?? this.#checkOpen('summary') ?? this.#checkSummary(summary);
    if (problem !== undefined) {
      return this.#fail(problem);
    }
    this.#isFinished = true;
    return undefined;
  }

  /**
   * Hand over the bytes accepted since the last call, in order, and forget them; the caller owns them.
   *
   * May be called between chunks, to pass a body on while it flows, or once after `finish`.
   */
  takePieces(): Buffer[] {
    return this.#pieces.take();
  }

  #checkOpen(stage: ChunkProblem['stage']): ChunkProblem | undefined {
    return this.#isFinished ? corrupt(stage, `Unexpected ${stage} after the summary`) : undefined;
  }

  #checkSize({ byteCount, bytes }: Chunk): ChunkProblem | undefined {
    if (!Number.isInteger(byteCount) || byteCount < 0 || byteCount > bytes.length) {
      return corrupt('chunk', `chunkByteCount (${byteCount}) is invalid for data size (${bytes.length})`);
    }
    const total = this.#byteCount + byteCount;
    if (total > this.#maxBytes) {
      const detail = `Zipped content size ${total} exceeds maximum allowed size ${this.#maxBytes}`;
      return { kind: 'too_large', stage: 'chunk', detail, isAbandoned: false };
    }
    return undefined;
  }

  #checkClaims(chunk: Chunk, checksum: number): ChunkProblem | undefined {
    const count = this.#chunkCount + 1;
    if (chunk.count !== count) {
      return corrupt('chunk', `Chunk count mismatch: expected ${count}, got ${chunk.count}`);
    }
    if (chunk.checksum !== checksum) {
      const detail = `Chunk checksum mismatch for chunk ${count}: expected ${checksum}, got ${chunk.checksum}`;
      return corrupt('chunk', detail);
    }
    return undefined;
  }

  #checkSummary(summary: Summary): ChunkProblem | undefined {
    if (summary.chunkCount === 0 && this.#chunkCount > 0) {
      const detail = `Chunked transfer abandoned by its sender after ${this.#chunkCount} chunks`;
      return { kind: 'corrupt', stage: 'summary', detail, isAbandoned: true };
    }
    return (
      compare('chunk count', this.#chunkCount, summary.chunkCount) ??
      compare('byte count', this.#byteCount, summary.byteCount) ??
      compare('checksum', this.#checksum, summary.checksum)
    );
  }

  #fail(problem: ChunkProblem): ChunkProblem {
    this.#problem = problem;
    this.#pieces.take();
    return problem;
  }
}

function compare(what: string, expected: number, got: number): ChunkProblem | undefined {
  return expected === got
    ? undefined
    : corrupt('summary', `Summary ${what} mismatch: expected ${expected}, got ${got}`);
}

function corrupt(stage: ChunkProblem['stage'], detail: string): ChunkProblem {
  return { kind: 'corrupt', stage, detail, isAbandoned: false };
}
