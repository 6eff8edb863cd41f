import type { ReadStream } from './proxy-port.js';

/** Refusals that the link has not taken from which on no request is read. */
const MAX_UNSENT = 1_000;
/** From here on requests are read again. */
const FEW_UNSENT = MAX_UNSENT / 2;
/** How long the link may take none of them before the proxy is given up, in milliseconds. */
const STUCK_MS = 10_000;

/**
 * The refusals that the link has not taken. A burst of requests comes in faster than their refusals go out, so with
 * many of them open the requests are left to the link's own flow control until most are out.
 */
export class RefusalBacklog {
  readonly #requests: ReadStream;
  readonly #onStuck: () => void;
  #unsent = 0;
  #stuck: NodeJS.Timeout | undefined;

  /** @param onStuck - told when the proxy reads not even refusals */
  constructor(requests: ReadStream, onStuck: () => void) {
    this.#requests = requests;
    this.#onStuck = onStuck;
  }

  /** One more is to be sent. */
  add(): void {
    this.#unsent += 1;
    if (this.#unsent >= MAX_UNSENT && this.#stuck === undefined) {
      this.#requests.pause();
      this.#stuck = setTimeout(this.#onStuck, STUCK_MS);
    }
  }

  /** The link has taken one, or never will. */
  remove(): void {
    this.#unsent -= 1;
    if (this.#unsent > FEW_UNSENT) {
      this.#stuck?.refresh();
    } else if (this.#stuck !== undefined) {
      this.close();
      this.#requests.resume();
    }
  }

  /** The session has ended. */
  close(): void {
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
  }
}
