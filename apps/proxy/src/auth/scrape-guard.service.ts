import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { answerWithin, type Extension, ExtensionFaults } from '@app/extensions';
import type { ScrapeFailure } from '../scrape/scrape-answer.js';
import { failure } from '../scrape/scrape-failure.js';
import type { ScrapeAuthorizer, Scraper, ScrapeRights } from './scrape-authorizer.js';
import { ScrapeCredentials } from './scrape-credentials.js';

type Admission = ScrapeRights | ScrapeFailure;

const SEAM = 'ScrapeAuthorizer';
/** How long an authorizer may take, in milliseconds. */
const LIMIT_MS = 5_000;

/** Whether a value can be an authorizer at all. */
export const isAuthorizer = (value: ScrapeAuthorizer): boolean => typeof value.authorize === 'function';

/**
 * Asks about each request on the scrape port: the authorizer of a module where there is one, else the credentials of the
 * configuration. Turns the answer into one of ours.
 */
@Injectable()
export class ScrapeGuard {
  private added: Extension<ScrapeAuthorizer> | undefined;

  constructor(
    private readonly configured: ScrapeCredentials,
    private readonly faults: ExtensionFaults,
  ) {}

  /** The module that decides, where one does. */
  get decider(): string | undefined {
    return this.added?.module;
  }

  /** From now on this one decides, alone; before the scrape port is open. */
  use(authorizer: Extension<ScrapeAuthorizer>): void {
    this.added = authorizer;
  }

  /**
   * What the one who asks may do, or the failure that turns him away: at once where the configuration says it. Never
   * rejects.
   */
  admit({ headers, socket }: IncomingMessage): Admission | Promise<Admission> {
    const authorization = headers.authorization ?? '';
    if (this.added === undefined) {
      return this.configured.authorize(authorization) ?? refusalOf(authorization);
    }
    const remoteAddress = (socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/, '');
    return this.admitBy(this.added, { authorization, remoteAddress });
  }

  private async admitBy(
    { module, value }: Extension<ScrapeAuthorizer>,
    scraper: Scraper,
  ): Promise<Admission> {
    try {
      const rights = await answerWithin((signal) => value.authorize(scraper, signal), LIMIT_MS);
      return rights === undefined ? refusalOf(scraper.authorization) : this.contain(module, checked(rights));
    } catch (error) {
      this.faults.record(SEAM, module, error);
      return failure('forbidden', 'the proxy could not find out what this scraper may do');
    }
  }

  /** The same rights, where a path may not be scraped when they throw. */
  private contain(module: string, rights: ScrapeRights): ScrapeRights {
    return {
      name: rights.name,
      isConsumed: rights.isConsumed,
      mayScrape: (path) => this.faults.guard(SEAM, module, () => answered(rights.mayScrape(path)), false),
    };
  }
}

/** Whether what was admitted is a refusal. */
export const isRefusal = (outcome: ScrapeRights | ScrapeFailure): outcome is ScrapeFailure =>
  'kind' in outcome;

/** The refusal of a path that these rights do not cover; the same whether anybody serves it or not. */
export function forbidden(path: string, { name }: ScrapeRights): ScrapeFailure {
  const who = name === undefined ? 'this scraper' : `credential ${JSON.stringify(name)}`;
  return failure('forbidden', `${who} may not scrape /${path}`);
}

const refusalOf = (authorization: string): ScrapeFailure =>
  failure(
    'unauthorized',
    authorization === ''
      ? 'the proxy asks for credentials, and the scraper sent none'
      : 'the credentials of the scraper are not known here',
  );

/** @throws {TypeError} when these are no rights: a credential must not go on to a target by omission */
function checked(rights: ScrapeRights): ScrapeRights {
  if (typeof rights?.mayScrape !== 'function' || typeof rights.isConsumed !== 'boolean') {
    throw new TypeError('rights need isConsumed, which is true or false, and the method mayScrape');
  }
  return rights;
}

/** @throws {TypeError} when it is no answer, such as a promise of one */
function answered(may: boolean): boolean {
  if (typeof may !== 'boolean') {
    throw new TypeError('mayScrape must return true or false, at once');
  }
  return may;
}
