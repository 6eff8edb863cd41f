import { gunzipSync } from 'node:zlib';
import { scrape, type ScrapeResult } from '../support/scrape.js';
import type { Answer } from './answer.js';
import type { RecordedScrape } from './recording.js';
import type { Fields } from './wire-codec.js';

/** A scrape under way, and the recorded one that it repeats, if that was noted. */
export interface BookedScrape {
  readonly path: string;
  /** Whether an agent is to be asked. */
  readonly isAsked: boolean;
  /** What the recorded agents answered that were asked; none when they left before they did. */
  readonly answers: Answer[];
  readonly recorded: RecordedScrape | undefined;
  readonly result: Promise<SeenScrape>;
}

/** What of an answer on the scrape port is compared. */
export interface SeenScrape {
  readonly status: number;
  /** X-Proxy-Reason. */
  readonly reason: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** Inflated. */
  readonly body: string;
}

/** What the scraper of the recordings said when nothing else is noted. */
const USUAL_HEADERS = { accept: 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'accept-encoding': 'gzip' };

/** Repeats the scrapes of a recording when their turn comes. */
export class ScrapeBook {
  readonly booked: BookedScrape[] = [];
  readonly #remaining: RecordedScrape[];
  readonly #toUrl: (path: string) => string;
  #warmUps: number;

  /** @param warmUps - how many scrapes there were before the first that was noted */
  constructor(recorded: readonly RecordedScrape[], warmUps: number, toUrl: (path: string) => string) {
    this.#remaining = [...recorded];
    this.#warmUps = warmUps;
    this.#toUrl = toUrl;
  }

  /** Start the scrape that led to this recorded ScrapeRequest, which the agent answered so. */
  startFor(request: Fields, answer: Answer | undefined): void {
    const recorded = this.#warmUps-- > 0 ? undefined : this.#takeCauseOf(request);
    const path = recorded?.request.path ?? String(request['path']);
    this.#start({ path, recorded, isAsked: true, answers: answer === undefined ? [] : [answer] });
  }

  /** The last scrape that was started asks one agent more, which answered so. */
  join(answer: Answer | undefined): void {
    if (answer !== undefined) this.booked.at(-1)?.answers.push(answer);
  }

  /** Start the scrapes that never reached an agent. */
  startRemaining(): void {
    for (const recorded of this.#remaining.splice(0)) {
      this.#start({ path: recorded.request.path, recorded, isAsked: false, answers: [] });
    }
  }

  #takeCauseOf(request: Fields): RecordedScrape | undefined {
    const index = this.#remaining.findIndex((candidate) => isCauseOf(candidate, request));
    return index < 0 ? undefined : this.#remaining.splice(index, 1)[0];
  }

  #start(booking: Omit<BookedScrape, 'result'>): void {
    const headers = { ...USUAL_HEADERS, ...booking.recorded?.request.headers };
    const result = scrape(this.#toUrl(booking.path), { headers }).then(see);
    // Whoever awaits it later sees the failure; until then it is not unhandled.
    result.catch(() => undefined);
    this.booked.push({ ...booking, result });
  }
}

function isCauseOf({ request }: RecordedScrape, scrapeRequest: Fields): boolean {
  const [path, query] = request.path.split('?');
  const { accept = USUAL_HEADERS.accept, authorization = '' } = request.headers;
  return (
    path === scrapeRequest['path'] &&
    accept === scrapeRequest['accept'] &&
    authorization === scrapeRequest['authHeader'] &&
    (query === undefined) === (scrapeRequest['encodedQueryParams'] === '')
  );
}

function see({ status, headers, body }: ScrapeResult): SeenScrape {
  const contentEncoding = headers['content-encoding'];
  return {
    status,
    reason: headers['x-proxy-reason'],
    contentType: headers['content-type'],
    contentEncoding,
    body: (contentEncoding === 'gzip' ? gunzipSync(body) : body).toString('utf8'),
  };
}
