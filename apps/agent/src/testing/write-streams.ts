import { type sendUnaryData, type ServerReadableStream, status } from '@grpc/grpc-js';
import type { StreamEnding } from './body-streams.js';
import type { ScriptedSession } from './scripted-session.js';

/** How long after its end a call may turn out to have been given up, in milliseconds. */
const END_MS = 30;

/** The streams that agents write answers to: each is read, and told at its end that all is there. */
export class WriteStreams {
  readonly #failers = new Set<() => void>();
  readonly #endsAny: () => boolean;

  /** @param endsAny - whether a stream that has come to its end is told so */
  constructor(endsAny: () => boolean) {
    this.#endsAny = endsAny;
  }

  /** Every call ends with `cancelled` in grpc-js; only one that was not answered before was given up. */
  receive<T>(
    call: ServerReadableStream<T, unknown>,
    answer: sendUnaryData<unknown>,
    session: ScriptedSession | undefined,
    take: (message: T) => void,
  ): StreamEnding {
    const ending: StreamEnding = { isAnswered: false };
    session?.writeStreams.add(call);
    call.on('data', take);
    call.on('error', () => undefined);
    call.on('cancelled', () => {
      if (session !== undefined && !ending.isAnswered) {
        session.cancelledCount += 1;
      }
    });
    // A call that is given up ends first, and is cancelled a moment later.
    call.on('end', () => setTimeout(() => this.#complete(call, answer, ending), END_MS));
    this.#failers.add(() => answer({ code: status.INTERNAL, details: 'the stream broke' }));
    return ending;
  }

  /** End every one of them with an error. */
  failAll(): void {
    this.#failers.forEach((fail) => fail());
    this.#failers.clear();
  }

  #complete(
    call: ServerReadableStream<unknown, unknown>,
    answer: sendUnaryData<unknown>,
    ending: StreamEnding,
  ): void {
    if (this.#endsAny() && !call.cancelled) {
      ending.isAnswered = true;
      answer(null, {});
    }
  }
}
