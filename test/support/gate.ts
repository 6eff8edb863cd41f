import type { ServerResponse } from 'node:http';
import type { Behaviour } from './http-target.js';
import { TEXT_FORMAT } from './target-behaviours.js';

/** A target that holds every request until the test lets it go. */
export class Gate {
  readonly #held = new Set<ServerResponse>();
  readonly #body: Buffer;
  #isOpen = false;
  #mostHeld = 0;

  constructor(body: string | Buffer) {
    this.#body = Buffer.from(body);
  }

  readonly behaviour: Behaviour = (_request, response) => {
    if (this.#isOpen) {
      this.#answer(response);
      return;
    }
    this.#held.add(response);
    this.#mostHeld = Math.max(this.#mostHeld, this.#held.size);
    response.once('close', () => this.#held.delete(response));
  };

  /** Requests held now. */
  get held(): number {
    return this.#held.size;
  }

  /** The most requests that were held at one time. */
  get mostHeld(): number {
    return this.#mostHeld;
  }

  /** Answer all that are held, and from now on every other at once. */
  open(): void {
    this.#isOpen = true;
    for (const response of this.#held) this.#answer(response);
  }

  #answer(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Length': this.#body.length });
    response.end(this.#body);
  }
}
