/** Two scrapes a second are coded without end, four at once: more cost more time than their bytes are worth. */
const CODED_PER_SEC = 2;
const BURST = 4;
/** The level at which a path that is scraped faster and faster stays, so that it is coded again soon after. */
const MOST_LEVEL = 2 * BURST;
/** A difference that is larger than this share of its body: gzip does as well, for less time. */
const POOR_SHARE = 1 / 8;
/** So many whole bodies in a row mean that no base stays where it is needed. */
const WHOLES_IN_VAIN = 3;
const REST_MS = 10 * 60_000;
/** How many paths are remembered; the ones not scraped for longest are forgotten. */
const MAX_PACES = 10_000;

interface Pace {
  /** Scrapes that have not leaked away yet. */
  level: number;
  levelAtMs: number;
  wholesInRow: number;
  restsUntilMs: number;
}

/** Tells for which paths coding pays: by how often they are scraped, and by what came of it lately. */
export class CodingPaces {
  readonly #paces = new Map<string, Pace>();
  readonly #now: () => number;

  /** @param now - monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Paths that are remembered, each accept and query apart. */
  get count(): number {
    return this.#paces.size;
  }

  /** Note a scrape, and say whether its body is worth coding. */
  pays(key: string): boolean {
    const now = this.#now();
    const pace = this.#touch(key, now);
    const leaked = ((now - pace.levelAtMs) / 1_000) * CODED_PER_SEC;
    pace.level = Math.min(MOST_LEVEL, Math.max(0, pace.level - leaked) + 1);
    pace.levelAtMs = now;
    return pace.level <= BURST && now >= pace.restsUntilMs;
  }

  /** Note what a body came to. */
  coded(key: string, hadBase: boolean, frameBytes: number, bodyBytes: number): void {
    const pace = this.#touch(key, this.#now());
    pace.wholesInRow = hadBase ? 0 : pace.wholesInRow + 1;
    const isPoor = hadBase && frameBytes > bodyBytes * POOR_SHARE;
    if (isPoor || pace.wholesInRow >= WHOLES_IN_VAIN) {
      this.rest(key);
    }
  }

  /** Let a path pass through for a while. */
  rest(key: string): void {
    const now = this.#now();
    const pace = this.#touch(key, now);
    pace.restsUntilMs = now + REST_MS;
    pace.wholesInRow = 0;
  }

  #touch(key: string, now: number): Pace {
    const pace = this.#paces.get(key) ?? { level: 0, levelAtMs: now, wholesInRow: 0, restsUntilMs: 0 };
    this.#paces.delete(key);
    this.#paces.set(key, pace);
    const [oldest] = this.#paces.size > MAX_PACES ? this.#paces.keys() : [];
    if (oldest !== undefined) {
      this.#paces.delete(oldest);
    }
    return pace;
  }
}
