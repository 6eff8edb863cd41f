import { BodyBrokenError, type FetchFailureKind, type FlowingBody } from './fetch-outcome.js';

/** How the pipe acts on where its pieces come from. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** So many bytes were handed on or dropped. */
  taken(bytes: number): void;
  cancel(): void;
}

/** Held pieces from which the source is paused, in bytes. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * A body that flows from a source that pushes to a reader that pulls. The source is paused while more than
 * {@link HIGH_WATER_BYTES} wait, so a slow reader slows the target down.
 */
export class BodyPipe implements FlowingBody {
  readonly closed: Promise<void>;
  readonly #markClosed: () => void;
  readonly #source: BodySource;
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  #isPaused = false;
  #hasEnded = false;
  #error: BodyBrokenError | undefined;
  #wake: (() => void) | undefined;

  constructor(source: BodySource) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#markClosed = resolve;
    this.#source = source;
  }

  push(piece: Buffer): void {
    if (this.#error !== undefined) {
      this.#source.taken(piece.length);
      return;
    }
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes > HIGH_WATER_BYTES && !this.#isPaused) {
      this.#isPaused = true;
      this.#source.pause();
    }
    this.#wakeReader();
  }

  /** The body is whole; what is held can still be read. */
  end(): void {
    this.#hasEnded = true;
    this.#wakeReader();
  }

  /** The body will never be whole; what is held is dropped. */
  breakOff(failure: FetchFailureKind, words: string): void {
    this.#error ??= new BodyBrokenError(failure, words);
    this.#drop();
    this.#wakeReader();
  }

  /** Nothing more will come from the source. */
  close(): void {
    this.#markClosed();
  }

  cancel(): void {
    this.breakOff('target_unreachable', 'the transfer was given up');
    this.#source.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        if (this.#error !== undefined) {
          throw this.#error;
        }
        const piece = this.#take();
        if (piece !== undefined) {
          yield piece;
        } else if (this.#hasEnded) {
          return;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      this.#source.cancel();
    }
  }

  #take(): Buffer | undefined {
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      return undefined;
    }
    this.#heldBytes -= piece.length;
    this.#source.taken(piece.length);
    if (this.#isPaused && this.#heldBytes <= HIGH_WATER_BYTES / 2) {
      this.#isPaused = false;
      this.#source.resume();
    }
    return piece;
  }

  #drop(): void {
    if (this.#heldBytes > 0) {
      this.#source.taken(this.#heldBytes);
    }
    this.#pieces = [];
    this.#heldBytes = 0;
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
