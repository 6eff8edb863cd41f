import type { CancellationToken } from '@app/deadlines';
import { HeaderAllowList } from '@app/protocol';
import type { Dispatcher } from 'undici';
import { readHead } from './answer-head.js';
import { BodyPipe } from './body-pipe.js';
import { connectionFailure, isBrokenConnection } from './connection-failure.js';
import type { AnswerHead, FetchFailureKind, FetchOutcome } from './fetch-outcome.js';
import type { MemoryShare } from './memory-budget.js';
import { isTimeOut } from './time-out.js';

export interface ExchangeLimits {
  /** Largest body taken, in bytes; exactly as many are fine. */
  maxBytes: number;
  /** A body of more than this many bytes is handed on while it flows. */
  holdBytes: number;
  /** Headers of the answer that go to the proxy by name; none when left out. */
  responseHeaders?: HeaderAllowList | undefined;
}

export interface ExchangeOptions extends ExchangeLimits {
  /** An HTTP proxy answers in the target's place. */
  isProxied?: boolean;
}

/** How much of an error's body is read for the sake of its connection, in bytes, and for how long. */
const DRAIN_BYTES = 64 * 1024;
const DRAIN_MS = 1_000;

/**
 * One request to a target and its answer, as undici reports them. `outcome` settles once; a body that is then
 * still flowing ends, or breaks off, on its own. Cancelling it ends whatever is going on.
 */
export class TargetExchange implements Dispatcher.DispatchHandler {
  readonly outcome: Promise<FetchOutcome>;

  readonly #settle: (outcome: FetchOutcome) => void;
  readonly #cancellation: CancellationToken;
  readonly #share: MemoryShare;
  readonly #limits: ExchangeOptions;
  #controller: Dispatcher.DispatchController | undefined;
  #head: AnswerHead | undefined;
  #hasAnswerBegun = false;
  #pieces: Buffer[] = [];
  #byteCount = 0;
  #pipe: BodyPipe | undefined;
  #drain: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(limits: ExchangeOptions, share: MemoryShare, cancellation: CancellationToken) {
    const { promise, resolve } = Promise.withResolvers<FetchOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.#limits = limits;
    this.#share = share;
    this.#cancellation = cancellation;
    cancellation.onCancel(this.#onCancel);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) {
      controller.abort(new Error('given up'));
    }
  }

  onResponseStarted(): void {
    this.#hasAnswerBegun = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (statusCode < 200) {
      return;
    }
    if (statusCode === 407 && this.#limits.isProxied) {
      this.#fail('target_unreachable', 'the HTTP proxy asks for other credentials (407)');
      return;
    }
    const head = readHead(statusCode, headers, this.#limits.responseHeaders ?? HeaderAllowList.empty);
    this.#head = head;
    if (statusCode >= 300) {
      this.#refuse(head);
    } else if (head.contentLength !== undefined && head.contentLength > this.#limits.maxBytes) {
      const words = `Content length ${head.contentLength} exceeds maximum allowed size ${this.#limits.maxBytes}`;
      this.#fail('content_too_large', words);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#byteCount += piece.length;
    if (this.#drain !== undefined) {
      this.#stopDrainingAt(DRAIN_BYTES);
    } else if (this.#byteCount > this.#limits.maxBytes) {
      const words = `Content size exceeds maximum allowed size of ${this.#limits.maxBytes} bytes`;
      this.#fail('content_too_large', words);
    } else if (!this.#share.grow(piece.length)) {
      this.#fail('overloaded', 'the memory for bodies is used up');
    } else {
      this.#keep(piece);
    }
  }

  onResponseEnd(): void {
    if (this.#pipe !== undefined) {
      this.#pipe.end();
    } else if (this.#head !== undefined) {
      this.#settle({ kind: 'whole', head: this.#head, pieces: this.#pieces, byteCount: this.#byteCount });
    }
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isOver) {
      return;
    }
    const { failure, words } = connectionFailure(error, this.#head !== undefined, this.#byteCount);
    const hasStarted = this.#controller !== undefined;
    const brokeBeforeAnswer = hasStarted && !this.#hasAnswerBegun && isBrokenConnection(error);
    this.#settle({ kind: 'failed', failure, words, brokeBeforeAnswer, hasTimedOut: isTimeOut(error) });
    this.#pipe?.breakOff(failure, words);
    this.#finish();
  }

  #keep(piece: Buffer): void {
    if (this.#pipe !== undefined) {
      this.#pipe.push(piece);
      return;
    }
    this.#pieces.push(piece);
    if (this.#byteCount > this.#limits.holdBytes && this.#head !== undefined) {
      this.#letFlow(this.#head);
    }
  }

  #letFlow(head: AnswerHead): void {
    const pipe = new BodyPipe({
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
      taken: (bytes) => this.#share.shrink(bytes),
      cancel: () => this.#giveUp(),
    });
    for (const piece of this.#pieces) {
      pipe.push(piece);
    }
    this.#pieces = [];
    this.#pipe = pipe;
    this.#settle({ kind: 'flowing', head, body: pipe });
  }

  /** The status is all that is wanted; a short body is still read, so that its connection can be used again. */
  #refuse(head: AnswerHead): void {
    this.#drain = setTimeout(() => this.#giveUp(), DRAIN_MS);
    this.#settle({ kind: 'refused', head });
    if ((head.contentLength ?? 0) > DRAIN_BYTES) {
      this.#giveUp();
    }
  }

  #stopDrainingAt(maxBytes: number): void {
    if (this.#byteCount > maxBytes) {
      this.#giveUp();
    }
  }

  #fail(failure: FetchFailureKind, words: string): void {
    this.#settle({ kind: 'failed', failure, words, brokeBeforeAnswer: false, hasTimedOut: false });
    this.#pipe?.breakOff(failure, words);
    this.#giveUp();
  }

  readonly #onCancel = (): void => {
    this.#settle({ kind: 'aborted' });
    this.#pipe?.breakOff('target_unreachable', 'the scrape was given up');
    this.#giveUp();
  };

  #giveUp(): void {
    if (this.#isOver) {
      return;
    }
    this.#finish();
    this.#controller?.abort(new Error('given up'));
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#drain);
    this.#cancellation.offCancel(this.#onCancel);
    this.#pipe?.close();
  }
}
