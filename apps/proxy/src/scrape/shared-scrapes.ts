import { Tally } from '@app/operations';
import type { ScrapeAsk } from './scrape-answer.js';
import { ScrapeFlight } from './scrape-flight.js';
import type { ScrapeRecord } from './scrape-observer.js';

/** Makes one scrape; resolves once, never rejects, not later than the deadline of `ask`. */
type Scrape = (ask: ScrapeAsk) => Promise<ScrapeRecord>;

/**
 * Makes one fetch of scrapes that ask for the same at the same time: path, query, accept, authorization and
 * headers that are passed on.
 *
 * At most `maxJoined` wait for a fetch of others; whoever comes then makes its own. So do those whom a fetch cannot serve:
 * its body flows, or it ran out of the first one's time and theirs is not over yet.
 */
export class SharedScrapes {
  /** Scrapes that joined the fetch of another one, since the start. */
  readonly joins = new Tally();
  private readonly flights = new Map<string, ScrapeFlight>();
  private joinedCount = 0;

  constructor(
    private readonly scrapeAlone: Scrape,
    private readonly maxJoined: number,
  ) {}

  /** Scrapes that wait for the fetch of another one. */
  get joined(): number {
    return this.joinedCount;
  }

  /** Resolves once, never rejects, not later than `ask.deadlineAt`. */
  scrape(ask: ScrapeAsk): Promise<ScrapeRecord> {
    if (this.maxJoined === 0) {
      return this.scrapeAlone(ask);
    }
    const key = keyOf(ask);
    const flight = this.flights.get(key);
    if (flight === undefined) {
      return this.lead(key, ask);
    }
    return this.joinedCount < this.maxJoined ? this.join(flight, ask) : this.scrapeAlone(ask);
  }

  private async lead(key: string, ask: ScrapeAsk): Promise<ScrapeRecord> {
    const flight: ScrapeFlight = new ScrapeFlight(ask.deadlineAt, () => this.forget(key, flight));
    this.flights.set(key, flight);
    const landing = flight.board(ask);
    void this.scrapeAlone({ ...ask, cancellation: flight.cancellation }).then(
      (record) => flight.land(record),
      (error: unknown) => flight.crash(error),
    );
    return this.orAlone(await landing, ask);
  }

  private async join(flight: ScrapeFlight, ask: ScrapeAsk): Promise<ScrapeRecord> {
    this.joins.add();
    this.joinedCount += 1;
    const landing = await flight.board(ask).finally(() => (this.joinedCount -= 1));
    return this.orAlone(landing, ask);
  }

  /** A later flight for the same may be under way already. */
  private forget(key: string, flight: ScrapeFlight): void {
    if (this.flights.get(key) === flight) {
      this.flights.delete(key);
    }
  }

  private orAlone(landing: ScrapeRecord | 'ask_again', ask: ScrapeAsk): ScrapeRecord | Promise<ScrapeRecord> {
    return landing === 'ask_again' ? this.scrapeAlone(ask) : landing;
  }
}

function keyOf({ path, accept, query, authorization, headers = [] }: ScrapeAsk): string {
  const passed = headers.map(({ name, value }) => `${name}:${value}\r`).join('');
  // The path comes last: it alone may hold any character.
  return `${accept}\n${query}\n${authorization}\n${passed}\n${path}`;
}
