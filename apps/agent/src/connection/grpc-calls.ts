import { type ClientReadableStream, type ClientUnaryCall, type ServiceError, status } from '@grpc/grpc-js';
import { explainInterference } from './connect-problem.js';
import { type BatchCall, GrpcWriteStream } from './grpc-write-stream.js';
import type { PeerWords } from './peer-words.js';
import type {
  CallOutcome,
  CallProblem,
  LinkActivity,
  ReadStream,
  StreamEnd,
  WriteStream,
} from './proxy-port.js';

/** What grpc-js calls when a call has ended. */
export type Answer<T> = (error: ServiceError | null, value?: T) => void;

const CLOSED: CallProblem = { code: status.CANCELLED, words: 'the connection is closed' };

/**
 * The calls under way on one connection: their outcomes as values, when something was last sent and heard, and
 * a way to end all of them.
 */
export class GrpcCalls {
  readonly activity: LinkActivity & { sentAtMs: number; heardAtMs: number } = {
    sentAtMs: performance.now(),
    heardAtMs: performance.now(),
  };
  readonly #open = new Set<{ cancel(): void }>();
  readonly #words: PeerWords;
  #isClosed = false;

  /** @param words - how much of what the proxy says is kept */
  constructor(words: PeerWords) {
    this.#words = words;
  }

  /** Make a single call. Once this is closed, none is made. */
  unary<T>(start: (answer: Answer<T>) => ClientUnaryCall): Promise<CallOutcome<T>> {
    if (this.#isClosed) {
      return Promise.resolve({ ok: false, problem: CLOSED });
    }
    const { promise, resolve } = Promise.withResolvers<CallOutcome<T>>();
    const call = start((error, value) => {
      this.#open.delete(call);
      if (error === null && value !== undefined) {
        this.#sent();
        this.#heard();
        resolve({ ok: true, value: this.#words.within(value) });
      } else {
        resolve({ ok: false, problem: this.#problemOf(error) });
      }
    });
    this.#open.add(call);
    return promise;
  }

  /** Read a stream of messages. Once this is closed, it has ended before it began. */
  read<T>(start: () => ClientReadableStream<T>, onMessage: (message: T) => void): ReadStream {
    if (this.#isClosed) {
      return { ended: Promise.resolve(CLOSED), pause: () => undefined, resume: () => undefined };
    }
    const call = start();
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.#open.add(call);
    call.on('data', (message: T) => {
      this.#heard();
      onMessage(message);
    });
    // The status says the same and more, but an error without a listener would end the process.
    call.on('error', () => undefined);
    call.on('status', (end) => {
      this.#open.delete(call);
      resolve(end.code === status.OK ? undefined : this.#problemOf(end));
    });
    return { ended: promise, pause: () => void call.pause(), resume: () => void call.resume() };
  }

  /**
   * Open a stream to write messages to. Once this is closed, it has ended before it began.
   *
   * @param sizeOf - about how many bytes a message takes
   */
  write<T>(start: (answer: Answer<unknown>) => BatchCall<T>, sizeOf: (message: T) => number): WriteStream<T> {
    if (this.#isClosed) {
      return closedWriteStream();
    }
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    const call = start((error) => {
      this.#open.delete(call);
      resolve(error === null ? undefined : this.#problemOf(error));
    });
    this.#open.add(call);
    return new GrpcWriteStream(call, promise, { sizeOf, onSent: () => this.#sent() });
  }

  /** Cancel everything that is under way; nothing begins any more. May be called twice. */
  close(): void {
    this.#isClosed = true;
    for (const call of this.#open) {
      call.cancel();
    }
  }

  #problemOf(end: Pick<ServiceError, 'code' | 'details'> | null): CallProblem {
    return end === null
      ? { code: status.INTERNAL, words: 'an answer without a message' }
      : { code: end.code, words: explainInterference(this.#words.cut(end.details)) };
  }

  #sent(): void {
    this.activity.sentAtMs = performance.now();
  }

  #heard(): void {
    this.activity.heardAtMs = performance.now();
  }
}

function closedWriteStream<T>(): WriteStream<T> {
  return {
    ended: Promise.resolve(CLOSED),
    write: () => Promise.resolve(false),
    halfClose: () => undefined,
    cancel: () => undefined,
  };
}
