import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SCRAPE_AUTHORIZER } from '../proxy-tokens.js';
import type { ScrapeFailure } from '../scrape/scrape-answer.js';
import { failure } from '../scrape/scrape-failure.js';
import type { ScrapeAuthorizer, ScrapeRights } from './scrape-authorizer.js';

/** Asks the authorizer about each request on the scrape port, and turns its answer into one of ours. */
@Injectable()
export class ScrapeGuard {
  constructor(
    @Inject(SCRAPE_AUTHORIZER) private readonly authorizer: ScrapeAuthorizer,
    private readonly log: PinoLogger,
  ) {}

  /** What the one who asks may do, or the failure that turns him away. Never rejects. */
  async admit({ headers, socket }: IncomingMessage): Promise<ScrapeRights | ScrapeFailure> {
    const scraper = { authorization: headers.authorization ?? '', remoteAddress: socket.remoteAddress ?? '' };
    try {
      const rights = await this.authorizer.authorize(scraper);
      return rights ?? failure('unauthorized', refusalOf(scraper.authorization));
    } catch (error) {
      this.log.error({ err: error }, 'the authorizer of scrapes failed');
      return failure('forbidden', 'the proxy could not find out what this scraper may do');
    }
  }
}

/** Whether what was admitted is a refusal. */
export const isRefusal = (outcome: ScrapeRights | ScrapeFailure): outcome is ScrapeFailure =>
  'kind' in outcome;

/** The refusal of a path that these rights do not cover; the same whether anybody serves it or not. */
export function forbidden(path: string): ScrapeFailure {
  return failure('forbidden', `this credential may not scrape /${path}`);
}

const refusalOf = (authorization: string): string =>
  authorization === ''
    ? 'the proxy asks for credentials, and the scraper sent none'
    : 'the credentials of the scraper are not known here';
