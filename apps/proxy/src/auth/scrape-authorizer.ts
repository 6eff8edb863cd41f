/** Who asks, as far as the request tells. */
export interface Scraper {
  /** The `Authorization` header, verbatim; empty when there is none. */
  readonly authorization: string;
  /** Where the connection comes from, IPv4 as such; empty when that is not known any more. */
  readonly remoteAddress: string;
}

/** What one scraper may do. */
export interface ScrapeRights {
  /** What the scraper is told it is, when a path is refused; undefined where nobody is asked for a credential. */
  readonly name: string | undefined;
  /** The `Authorization` was for the proxy: it ends there and no target sees it. */
  readonly isConsumed: boolean;
  /**
   * Whether a path, without its leading slash, may be scraped, and seen in service discovery. Answers at once; where it
   * throws, the path may not.
   */
  mayScrape(path: string): boolean;
}

/**
 * Decides who may scrape what. Asked once for each request on the scrape port, service discovery included, before anything
 * is looked up.
 *
 * Contract:
 * - `undefined` turns the scraper away (401 `unauthorized`, with a challenge); rights that do not cover the path do so with
 *   403 `forbidden`.
 * - The answer may come later, but within 5 seconds; then the signal aborts, and the scraper is refused. It waits within the
 *   deadline of its scrape: remember answers for a while where they come from far away.
 * - One that throws, rejects, is late or answers no rights is counted in `proxy_module_errors_total` and logged by the
 *   module's name, and the scraper gets 403 `forbidden`: nobody passes by accident.
 * - Secrets are compared in constant time, and neither logged nor kept beyond the call.
 */
export interface ScrapeAuthorizer {
  authorize(
    scraper: Scraper,
    signal: AbortSignal,
  ): ScrapeRights | undefined | Promise<ScrapeRights | undefined>;
}

/** Rights of everybody where no credentials are configured; the `Authorization` is for the target. */
export const EVERYTHING: ScrapeRights = { name: undefined, isConsumed: false, mayScrape: () => true };
