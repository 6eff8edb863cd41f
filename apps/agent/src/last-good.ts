/**
 * Something that is read anew each time it is asked for. When that fails, what was read last is given once more, and the
 * trouble is told: once, until reading works again or fails otherwise.
 */
export class LastGood<T> {
  readonly #read: () => Promise<T>;
  readonly #onTrouble: (problem: string) => void;
  #value: T;
  #trouble = '';

  private constructor(read: () => Promise<T>, first: T, onTrouble: (problem: string) => void) {
    this.#read = read;
    this.#value = first;
    this.#onTrouble = onTrouble;
  }

  /** Read for the first time. Rejects when that fails: there is nothing to fall back on. */
  static async open<T>(read: () => Promise<T>, onTrouble: (problem: string) => void): Promise<LastGood<T>> {
    return new LastGood(read, await read(), onTrouble);
  }

  /** What was read last. */
  get last(): T {
    return this.#value;
  }

  /** Read anew. Never rejects. */
  async get(): Promise<T> {
    try {
      this.#value = await this.#read();
      this.#trouble = '';
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#trouble) {
        this.#onTrouble(problem);
      }
      this.#trouble = problem;
    }
    return this.#value;
  }
}
