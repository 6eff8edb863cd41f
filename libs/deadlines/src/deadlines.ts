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
 * Many deadlines behind one timer: what most of them cost, as scrapes are answered long before, is an entry in a set
 * that is taken out again. Node.js keeps a list for each duration, and the time that is left is another for each scrape.
 *
 * A deadline passes at its time or up to {@link GRAIN_MS} later. Whoever sets one calls it off; the timer keeps no
 * process alive.
 */
export class Deadlines {
  readonly #spans = new Map<number, Set<Entry>>();
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
    const span = Math.ceil(atMs / GRAIN_MS);
    const entry = new Entry(this.#spans, span, onPassed);
    const others = this.#spans.get(span);
    if (others === undefined) {
      this.#spans.set(span, new Set([entry]));
      this.#wakeBy(span);
    } else {
      others.add(entry);
    }
    return entry;
  }

  #wakeBy(span: number): void {
    if (span >= this.#wakesAtSpan) return;
    clearTimeout(this.#timer);
    this.#wakesAtSpan = span;
    const leftMs = Math.ceil(span * GRAIN_MS - performance.now());
    this.#timer = setTimeout(() => this.#pass(), Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #pass(): void {
    const now = performance.now();
    this.#wakesAtSpan = Infinity;
    let next = Infinity;
    for (const [span, entries] of this.#spans) {
      if (span * GRAIN_MS > now) {
        next = Math.min(next, span);
      } else {
        // It stays until all have passed, so that one of them can still call off another.
        for (const entry of entries) entry.onPassed();
        this.#spans.delete(span);
      }
    }
    if (next !== Infinity) this.#wakeBy(next);
  }
}

class Entry implements Deadline {
  readonly #spans: Map<number, Set<Entry>>;
  readonly #span: number;
  readonly onPassed: () => void;

  constructor(spans: Map<number, Set<Entry>>, span: number, onPassed: () => void) {
    this.#spans = spans;
    this.#span = span;
    this.onPassed = onPassed;
  }

  cancel(): void {
    const others = this.#spans.get(this.#span);
    if (others?.delete(this) === true && others.size === 0) this.#spans.delete(this.#span);
  }
}
