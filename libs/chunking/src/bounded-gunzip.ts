import { Duplex, finished } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';

const OUTPUT_STEP_BYTES = 64 * 1024;

/** Why inflating stopped: more bytes than allowed, or bytes that are not (whole) gzip. */
export class GunzipError extends Error {
  override readonly name = 'GunzipError';
  readonly kind: 'too_large' | 'broken';

  constructor(kind: 'too_large' | 'broken', message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * A stream that inflates gzip and ends with a {@link GunzipError} when more than `maxBytes` bytes would come out.
 *
 * Exactly `maxBytes` bytes pass. Input that ends early is broken. Several members after one another are one
 * body, as for every gzip reader; any other byte after the end, padding zeros included, is broken, because a
 * scraper that inflates the same bytes itself would refuse them. No input at all is an empty body. Holds one
 * step of output in memory and observes back-pressure on both sides.
 */
export function createBoundedGunzip(maxBytes: number): Duplex {
  return new BoundedGunzip(maxBytes);
}

type Done = (error?: Error | null) => void;

class BoundedGunzip extends Duplex {
  readonly #inflater: Gunzip = createGunzip({ chunkSize: OUTPUT_STEP_BYTES });
  readonly #maxBytes: number;
  #inputBytes = 0;
  #outputBytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
    this.#inflater.on('data', (piece: Buffer) => this.#emit(piece));
    this.#inflater.on('error', (cause) => this.destroy(new GunzipError('broken', cause.message, { cause })));
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#inputBytes += piece.length;
    // A failed write also raises `error`, which ends this stream with the right reason.
    this.#inflater.write(piece, (error) => (error ? undefined : done()));
  }

  override _final(done: Done): void {
    if (this.#inputBytes === 0) {
      this.push(null);
      done();
      return;
    }
    // Only here, and not when the inflater ends: it may end before the last bytes of its input.
    finished(this.#inflater, (error) => (error ? undefined : this.#end(done)));
    this.#inflater.end();
  }

  override _read(): void {
    this.#inflater.resume();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#inflater.destroy();
    done(error);
  }

  #end(done: Done): void {
    const leftBytes = this.#inputBytes - this.#inflater.bytesWritten;
    if (leftBytes > 0) {
      done(new GunzipError('broken', `${leftBytes} bytes after the end of gzip`));
      return;
    }
    this.push(null);
    done();
  }

  #emit(piece: Buffer): void {
    this.#outputBytes += piece.length;
    if (this.#outputBytes > this.#maxBytes) {
      this.destroy(new GunzipError('too_large', `more than ${this.#maxBytes} bytes uncompressed`));
    } else if (!this.push(piece)) {
      this.#inflater.pause();
    }
  }
}
