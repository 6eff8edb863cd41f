import { LinkedList } from '@app/deadlines';
import { batchOf, type MessageBatch } from '@app/protocol';
import type { StreamEnd, WriteStream } from './proxy-port.js';

/** So many messages go out together at most, */
const MOST_MESSAGES = 16;
/** and of so many bytes, if more than one: they are copied into one piece of memory, and are taken when the last of them is. */
const MOST_BYTES = 64 * 1024;

/** A client stream of grpc-js on which batches may be sent. */
export interface BatchCall<T> {
  readonly destroyed: boolean;
  write(message: T | MessageBatch<T>, onTaken: (error?: Error | null) => void): unknown;
  end(): unknown;
  cancel(): void;
  on(event: 'error', listener: () => void): unknown;
}

/** A message that the link has not taken. */
interface Write<T> {
  readonly message: T;
  readonly settle: (isTaken: boolean) => void;
}

/** What a stream asks of its owner. */
export interface WriteStreamHooks<T> {
  /** About how many bytes a message takes. */
  sizeOf(message: T): number;
  /** The link has taken something. */
  onSent(): void;
}

/**
 * A client stream of grpc-js whose writes can be awaited. While the link takes one, those that come wait, and then go out
 * together: one by one, each would cost a write of HTTP/2 and of the system, here and at the reader's.
 */
export class GrpcWriteStream<T> implements WriteStream<T> {
  readonly ended: Promise<StreamEnd>;
  readonly #call: BatchCall<T>;
  readonly #hooks: WriteStreamHooks<T>;
  readonly #waiting = new LinkedList<Write<T>>();
  /** Handed to grpc-js, which never answers for them once the call has ended. */
  #underWay: readonly Write<T>[] = [];
  #isHalfClosed = false;
  #hasEnded = false;

  constructor(call: BatchCall<T>, ended: Promise<StreamEnd>, hooks: WriteStreamHooks<T>) {
    this.#call = call;
    this.#hooks = hooks;
    this.ended = ended.then((end) => {
      this.#settleAll();
      return end;
    });
    call.on('error', () => this.#settleAll());
  }

  write(message: T): Promise<boolean> {
    if (this.#hasEnded || this.#isHalfClosed || this.#call.destroyed) {
      return Promise.resolve(false);
    }
    return new Promise((settle) => {
      this.#waiting.add({ message, settle });
      this.#writeNext();
    });
  }

  halfClose(): void {
    this.#isHalfClosed = true;
    this.#writeNext();
  }

  cancel(): void {
    this.#call.cancel();
  }

  #writeNext(): void {
    if (this.#hasEnded || this.#underWay.length > 0) {
      return;
    }
    const next = this.#takeWaiting();
    if (next.length > 0) {
      this.#underWay = next;
      this.#call.write(batchOf(next.map(({ message }) => message)), (error) => {
        if (error === undefined || error === null) this.#onTaken();
        else this.#settleAll();
      });
    } else if (this.#isHalfClosed) {
      this.#call.end();
    }
  }

  #takeWaiting(): Write<T>[] {
    const taken: Write<T>[] = [];
    let bytes = 0;
    for (let next = this.#waiting.first; next !== undefined; next = this.#waiting.first) {
      bytes += this.#hooks.sizeOf(next.message);
      if (taken.length > 0 && (taken.length === MOST_MESSAGES || bytes > MOST_BYTES)) break;
      this.#waiting.shift();
      taken.push(next);
    }
    return taken;
  }

  #onTaken(): void {
    if (this.#hasEnded) {
      return;
    }
    const taken = this.#underWay;
    this.#underWay = [];
    this.#hooks.onSent();
    for (const { settle } of taken) settle(true);
    this.#writeNext();
  }

  #settleAll(): void {
    this.#hasEnded = true;
    const lost = this.#underWay;
    this.#underWay = [];
    for (const { settle } of lost) settle(false);
    while (this.#waiting.size > 0) {
      this.#waiting.shift()?.settle(false);
    }
  }
}
