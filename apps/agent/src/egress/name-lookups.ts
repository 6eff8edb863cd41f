import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';

type Done = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Finds the addresses of a name. */
export type Resolve = (host: string, options: LookupAllOptions, done: Done) => void;

/**
 * The system's look-up, for each name once at a time: who asks meanwhile waits for the same answer.
 *
 * A look-up holds a thread until the system gives up, long after the scrape has; a name that hangs must not hold one more
 * with each scrape.
 */
export class NameLookups {
  readonly #resolve: Resolve;
  readonly #waiting = new Map<string, Set<Done>>();

  constructor(resolve: Resolve = lookup) {
    this.#resolve = resolve;
  }

  /** Names that are being looked up. */
  get count(): number {
    return this.#waiting.size;
  }

  readonly resolve: Resolve = (host, options, done) => {
    const key = JSON.stringify([host, options.family, options.hints, options.order]);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.add(done);
      return;
    }
    const all = new Set([done]);
    this.#waiting.set(key, all);
    this.#resolve(host, options, (error, addresses) => {
      this.#waiting.delete(key);
      all.forEach((tell) => tell(error, addresses));
    });
  };
}
