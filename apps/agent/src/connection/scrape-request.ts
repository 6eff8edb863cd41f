import { idFromWire } from '@app/delta';
import type { ScrapeRequestMessage } from '@app/protocol';
import type { DeltaOffer, Scrape } from '../scrape/scrape.js';

/** What is looked at of an offer: a proxy holds no more of one path. */
const MAX_BASES = 8;

/**
 * What a request from the wire asks for.
 *
 * @param session - the one that was asked
 */
export function toScrape(request: ScrapeRequestMessage, session: object): Scrape {
  return {
    scrapeId: request.scrapeId,
    path: request.path,
    accept: request.accept,
    query: request.encodedQueryParams,
    authorization: request.authHeader,
    headers: request.headers,
    isDebug: request.debugEnabled,
    budgetMs: request.budgetMillis > 0 ? request.budgetMillis : undefined,
    offer: toOffer(request, session),
  };
}

function toOffer({ deltaOffer }: ScrapeRequestMessage, owner: object): DeltaOffer | undefined {
  if (deltaOffer === null) {
    return undefined;
  }
  const ids = deltaOffer.baseIds.slice(0, MAX_BASES).map(idFromWire);
  return { owner, baseIds: ids.filter((id) => id !== undefined) };
}
