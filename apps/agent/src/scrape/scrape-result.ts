import type { CancellationToken } from '@app/deadlines';
import type { FailureCode, PassedHeader } from '@app/protocol';
import type { ScrapeTimes } from './scrape-times.js';

/** The codes an agent can give; each has its status on the wire. */
const AGENT_FAILURES = {
  bad_request: 400,
  path_not_found: 404,
  upstream_timed_out: 408,
  content_too_large: 413,
  invalid_payload: 502,
  target_unreachable: 503,
  overloaded: 503,
} as const satisfies Partial<Record<FailureCode, number>>;

export type AgentFailureCode = keyof typeof AGENT_FAILURES | 'upstream_error';

/** Why a scrape has no body. */
export interface ScrapeFailure {
  kind: 'failed';
  code: AgentFailureCode;
  statusCode: number;
  /** For people; holds no credentials and no query values. */
  reason: string;
  /** The URL that was asked, masked; empty unless the scrape asked for it. */
  url: string;
  /** What the time was spent on; undefined when nothing was begun. */
  times?: ScrapeTimes;
}

/** What the target gave. Whoever holds it calls `release` once, when the body is sent or given up. */
export interface ScrapeAnswer {
  kind: 'answered';
  statusCode: number;
  /** Verbatim; empty when the target sent none. */
  contentType: string;
  /** What else goes to the proxy of the target's headers; none when left out. */
  headers?: readonly PassedHeader[] | undefined;
  url: string;
  body: LinkBody;
  /** Given up when the time for the scrape is over or nobody waits for it any more; ends a flowing body. */
  cancellation: CancellationToken;
  /** Gives back the memory the body was counted with, and ends it if it still flows. May be called twice. */
  release: () => void;
  /** What the time was spent on. */
  times?: ScrapeTimes;
}

export type ScrapeResult = ScrapeFailure | ScrapeAnswer;

/**
 * A body as it goes over the link: small valid UTF-8 as text, everything else as gzip, whole or still
 * flowing; or as a frame, its difference to a base both ends hold. Iterating a flowing body throws when the target breaks off.
 */
export type LinkBody =
  | { kind: 'text'; text: string; byteCount: number }
  | { kind: 'gzip'; pieces: Buffer[]; byteCount: number }
  | { kind: 'delta'; frame: Buffer; baseId: string | undefined; bodyId: string; byteCount: number }
  | { kind: 'flow'; pieces: AsyncIterable<Buffer> };

/** A failure of the agent's own making. */
export function agentFailure(code: keyof typeof AGENT_FAILURES, reason: string, url = ''): ScrapeFailure {
  return { kind: 'failed', code, statusCode: AGENT_FAILURES[code], reason, url };
}

/** The target's own refusal. Peers tell it from the agent's failures by how its reason begins. */
export function targetRefusal(statusCode: number, url: string): ScrapeFailure {
  const code = statusCode === 404 ? 'path_not_found' : 'upstream_error';
  return { kind: 'failed', code, statusCode, reason: `Unsuccessful response code ${statusCode}`, url };
}
