import { type Link, LinkedList } from './linked-list.js';

/** Deadlines within one such span pass together, in milliseconds. */
const GRAIN_MS = 10;
/** A timer cannot be set for longer, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Something that will happen, unless it is called off. */
export interface Deadline {
  /** Call it off; nothing happens when it has passed or was called off before. */
  cancel(): void;
}

/**
 * Many deadlines behind one timer: what most of them cost, as scrapes are answered long before, is an entry in a list
 * that is taken out again. Node.js keeps a list for each duration, and the time that is left is another for each scrape.
 *
 * A deadline passes at its time or up to {@link GRAIN_MS} later. Whoever sets one calls it off; the timer keeps no
 * process alive.
 */
export class Deadlines {
  readonly #spans = new Map<number, Span>();
  #timer: NodeJS.Timeout | undefined;
  #wakesAtSpan = Infinity;

  /** Deadlines that are neither past nor called off. */
  get size(): number {
    let size = 0;
    for (const span of this.#spans.values()) size += span.size;
    return size;
  }

  /**
   * @param atMs - on the clock of `performance.now()`; what is past already passes at the next turn of the event loop
   * @param onPassed - must not throw
   */
  set(atMs: number, onPassed: () => void): Deadline {
    const at = Math.ceil(atMs / GRAIN_MS);
    let span = this.#spans.get(at);
    if (span === undefined) {
      span = new Span(() => this.#spans.delete(at));
      this.#spans.set(at, span);
      this.#wakeBy(at);
    }
    return span.add(onPassed);
  }

  #wakeBy(at: number): void {
    if (at >= this.#wakesAtSpan) return;
    clearTimeout(this.#timer);
    this.#wakesAtSpan = at;
    const leftMs = Math.ceil(at * GRAIN_MS - performance.now());
    this.#timer = setTimeout(() => this.#pass(), Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #pass(): void {
    const now = performance.now();
    this.#wakesAtSpan = Infinity;
    let next = Infinity;
    // Those that are set meanwhile have their own turn.
    for (const [at, span] of Array.from(this.#spans)) {
      if (at * GRAIN_MS > now) {
        next = Math.min(next, at);
      } else {
        span.pass();
      }
    }
    if (next !== Infinity) this.#wakeBy(next);
  }
}

/** The deadlines of one span of time. */
class Span {
  readonly #entries = new LinkedList<() => void>();
  #onOver: (() => void) | undefined;

  /** @param onOver - told once, when all have passed or were called off */
  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(onPassed: () => void): Deadline {
    return new Entry(this, this.#entries.add(onPassed));
  }

  /** Those that follow may still be called off by one that passes. */
  pass(): void {
    this.#end();
    while (this.#entries.size > 0) this.#entries.shift()?.();
  }

  remove(link: Link<() => void>): void {
    if (this.#entries.remove(link) && this.#entries.size === 0) this.#end();
  }

  #end(): void {
    this.#onOver?.();
    this.#onOver = undefined;
  }
}

class Entry implements Deadline {
  readonly #span: Span;
  readonly #link: Link<() => void>;

  constructor(span: Span, link: Link<() => void>) {
    this.#span = span;
    this.#link = link;
  }

  cancel(): void {
    this.#span.remove(this.#link);
  }
}
