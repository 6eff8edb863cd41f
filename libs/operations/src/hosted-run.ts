/**
 * One run of a program inside a host application: it begins with the host and ends with it, each once, however often
 * that is asked for.
 */
export class HostedRun<Running extends { close(): Promise<void> }> {
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * @param kind - what it is, for the words of an error
   * @param start - resolves when it runs
   */
  constructor(
    private readonly kind: 'agent' | 'proxy',
    private readonly start: () => Promise<Running>,
  ) {}

  /** Undefined before it has begun and after its end. */
  get current(): Running | undefined {
    return this.#running;
  }

  /** @throws {Error} before it has begun and after its end */
  get started(): Running {
    if (this.#running === undefined) {
      throw new Error(`the ${this.kind} does not run: the application has not started, or has ended`);
    }
    return this.#running;
  }

  /** Resolves when it runs; rejects with what its start rejects with. */
  begin(): Promise<void> {
    this.#starting ??= this.start().then((running) => {
      this.#running = running;
    });
    return this.#starting;
  }

  /** Resolves when it has ended, also one that is still starting. */
  end(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #close(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    await this.#running?.close();
    this.#running = undefined;
  }
}
