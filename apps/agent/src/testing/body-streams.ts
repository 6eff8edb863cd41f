import type { ServerReadableStream } from '@grpc/grpc-js';

/** Whether a write stream came to its end and was told so. */
export interface StreamEnding {
  isAnswered: boolean;
}

/** The calls of an agent that carry one body each, counted; one that is held is not read until all are. */
export class BodyStreams {
  /** All that there ever were. */
  count = 0;
  openCount = 0;
  mostAtOnce = 0;
  /** Those that were given up before they were answered. */
  cancelledCount = 0;
  readonly #held = new Set<ServerReadableStream<unknown, unknown>>();

  add(call: ServerReadableStream<unknown, unknown>, ending: StreamEnding): void {
    this.count += 1;
    this.openCount += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.openCount);
    call.on('cancelled', () => {
      this.openCount -= 1;
      this.cancelledCount += ending.isAnswered ? 0 : 1;
    });
  }

  hold(call: ServerReadableStream<unknown, unknown>): void {
    call.pause();
    this.#held.add(call);
  }

  readAll(): void {
    this.#held.forEach((call) => call.resume());
    this.#held.clear();
  }
}
