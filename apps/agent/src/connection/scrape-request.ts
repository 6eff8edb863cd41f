import type { ScrapeRequestMessage } from '@app/protocol';
import type { Scrape } from '../scrape/scrape.js';

/** What a request from the wire asks for. */
export function toScrape(request: ScrapeRequestMessage): Scrape {
  return {
    scrapeId: request.scrapeId,
    path: request.path,
    accept: request.accept,
    query: request.encodedQueryParams,
    authorization: request.authHeader,
    isDebug: request.debugEnabled,
    budgetMs: request.budgetMillis > 0 ? request.budgetMillis : undefined,
  };
}
