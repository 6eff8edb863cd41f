/** How many values of `accept` may have a number on one stream; further ones are sent in full. */
const MAX_NUMBERS = 16;

/** What a ScrapeRequest says of `accept`. */
export interface NumberedAccept {
  readonly accept: string;
  /** 0 when it has none. */
  readonly acceptNumber: number;
}

/** The sender's numbers of one stream: a value is sent in full the first time, and as its number from then on. */
export class AcceptNumbers {
  readonly #numbers = new Map<string, number>();

  /** The fields for a request, which must be sent before any later one. */
  shorten(accept: string): NumberedAccept {
    const known = this.#numbers.get(accept);
    if (known !== undefined) {
      return { accept: '', acceptNumber: known };
    }
    if (accept === '' || this.#numbers.size >= MAX_NUMBERS) {
      return { accept, acceptNumber: 0 };
    }
    const acceptNumber = this.#numbers.size + 1;
    this.#numbers.set(accept, acceptNumber);
    return { accept, acceptNumber };
  }
}

/** The receiver's numbers of one stream. */
export class KnownAccepts {
  readonly #values = new Map<number, string>();

  /** The value a request means; undefined when it has a number that was never defined, or that nobody may use. */
  resolve({ accept, acceptNumber }: NumberedAccept): string | undefined {
    if (acceptNumber === 0) {
      return accept;
    }
    if (accept === '' || acceptNumber > MAX_NUMBERS) {
      return this.#values.get(acceptNumber);
    }
    this.#values.set(acceptNumber, accept);
    return accept;
  }
}
