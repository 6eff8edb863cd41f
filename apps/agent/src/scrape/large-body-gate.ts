import { Bound } from '@app/operations';
import PQueue from 'p-queue';

/** How many large bodies travel at once; who waits leaves the moment its signal aborts. */
export class LargeBodyGate {
  /** Of the bodies that travel at once; reached whenever one has to wait. */
  readonly bound: Bound;
  readonly #queue: PQueue;

  /** @param maxConcurrent - at least 1 */
  constructor(maxConcurrent: number) {
    this.bound = new Bound(maxConcurrent);
    this.#queue = new PQueue({ concurrency: maxConcurrent });
  }

  /** Run `task` when it is its turn; once it runs, it is awaited to its end. */
  async run<T>(
    signal: AbortSignal,
    task: () => Promise<T>,
  ): Promise<{ kind: 'ran'; value: T } | { kind: 'aborted' }> {
    let running: Promise<T> | undefined;
    this.bound.admits(this.#queue.pending + this.#queue.size + 1);
    try {
      const value = await this.#queue.add(() => (running = task()), { signal });
      return { kind: 'ran', value };
    } catch (error) {
      if (running !== undefined) {
        return { kind: 'ran', value: await running };
      }
      if (signal.aborted) {
        return { kind: 'aborted' };
      }
      throw error;
    }
  }
}
