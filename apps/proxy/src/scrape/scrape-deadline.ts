/** The least, the most and the share of a deadline that is kept for the way back, in milliseconds. */
const WAY_BACK = { leastMs: 50, mostMs: 500, share: 0.05 };

/** The same for the way from the agent to us, so that the agent's own answer still arrives in time. */
const LINK = { leastMs: 20, mostMs: 250, share: 0.05 };

/** What the scraper allows, or why its header could not be used. */
export interface ScrapeTimeLimit {
  /** Milliseconds until the answer must be on its way. */
  readonly limitMs: number;
  /** The header's value when it was no finite positive number. */
  readonly ignoredHeader?: string;
}

/**
 * How long one scrape may take.
 *
 * The smaller of `X-Prometheus-Scrape-Timeout-Seconds` less a margin for the way back (5 %, at least 50 ms, at most
 * 500 ms; half of it below 100 ms) and `maxSecs`. Without a usable header it is `maxSecs`.
 *
 * @param header - the header's value, undefined when absent
 * @param maxSecs - the proxy's own limit, in seconds
 */
export function scrapeTimeLimit(header: string | undefined, maxSecs: number): ScrapeTimeLimit {
  const maxMs = maxSecs * 1000;
  if (header === undefined) {
    return { limitMs: maxMs };
  }

  const allowedMs = Number(header.trim() || NaN) * 1000;
  if (!Number.isFinite(allowedMs) || allowedMs <= 0) {
    return { limitMs: maxMs, ignoredHeader: header };
  }
  return { limitMs: Math.min(allowedMs - wayBackMs(allowedMs), maxMs) };
}

/** What an agent may use of the time that is left, in whole milliseconds, at least 1. */
export function agentBudgetMs(leftMs: number): number {
  const marginMs = Math.min(LINK.mostMs, Math.max(LINK.leastMs, leftMs * LINK.share));
  return Math.max(1, Math.floor(leftMs - Math.min(marginMs, leftMs / 2)));
}

function wayBackMs(allowedMs: number): number {
  if (allowedMs < 100) {
    return allowedMs / 2;
  }
  return Math.min(WAY_BACK.mostMs, Math.max(WAY_BACK.leastMs, allowedMs * WAY_BACK.share));
}
