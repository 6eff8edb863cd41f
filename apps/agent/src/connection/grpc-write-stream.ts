import { LinkedList } from '@app/deadlines';
import type { ClientWritableStream } from '@grpc/grpc-js';
import type { StreamEnd, WriteStream } from './proxy-port.js';

/** A client stream of grpc-js whose writes can be awaited. */
export class GrpcWriteStream<T> implements WriteStream<T> {
  readonly ended: Promise<StreamEnd>;
  readonly #call: ClientWritableStream<T>;
  readonly #onSent: () => void;
  #hasEnded = false;
  /** Writes that the link has not taken. Once a call has ended, grpc-js never answers for them. */
  readonly #open = new LinkedList<(isTaken: boolean) => void>();

  constructor(call: ClientWritableStream<T>, ended: Promise<StreamEnd>, onSent: () => void) {
    this.#call = call;
    this.#onSent = onSent;
    this.ended = ended.then((end) => {
      this.#settleAll();
      return end;
    });
    call.on('error', () => this.#settleAll());
  }

  write(message: T): Promise<boolean> {
    if (this.#hasEnded || this.#call.writableEnded || this.#call.destroyed) {
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const place = this.#open.add(resolve);
      this.#call.write(message, (error?: Error | null) => {
        const isTaken = (error === undefined || error === null) && !this.#hasEnded;
        if (this.#open.remove(place) && isTaken) {
          this.#onSent();
        }
        resolve(isTaken);
      });
    });
  }

  halfClose(): void {
    if (!this.#hasEnded) {
      this.#call.end();
    }
  }

  cancel(): void {
    this.#call.cancel();
  }

  #settleAll(): void {
    this.#hasEnded = true;
    while (this.#open.size > 0) {
      this.#open.shift()?.(false);
    }
  }
}
