import type { PassedHeader } from '@app/protocol';

/** One scrape the proxy asks for. */
export interface Scrape {
  /** Unique within the session that asks; 0 is an id like any other. */
  scrapeId: number;
  /** Without a leading slash. */
  path: string;
  /** What the scraper accepts; empty when it did not say. */
  accept: string;
  /** Query of the scrape, percent-encoded, for the end of the target's URL; empty when there is none. */
  query: string;
  /** The scraper's `Authorization`; empty when it sent none. */
  authorization: string;
  /** What else the proxy passed on of the scraper's headers; none when left out. */
  headers?: readonly PassedHeader[];
  /** Whether the answer shall say which URL was asked. */
  isDebug: boolean;
  /** What is left of the deadline, in milliseconds; undefined when the proxy does not tell. */
  budgetMs: number | undefined;
  /** What the answer may be coded with; undefined when it must travel as it is. */
  offer?: DeltaOffer | undefined;
}

/** Bodies that the proxy holds. */
export interface DeltaOffer {
  /** Whose session asks: it alone knows these ids. */
  owner: object;
  /** See `bodyId`; newest first. */
  baseIds: readonly string[];
}
