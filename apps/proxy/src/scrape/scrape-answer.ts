import type { Readable } from 'node:stream';
import type { CancellationToken } from '@app/deadlines';
import type { FailureCode, PassedHeader } from '@app/protocol';
import type { StageTimes } from './stage-times.js';
import type { DeltaOffer } from '../delta/delta-offer.js';

/** One scrape as it is asked of a session. */
export interface ScrapeAsk {
  /** Without leading slash, decoded; towards a session as its agent spelt it. */
  readonly path: string;
  /** The scraper's query string, verbatim and without `?`; empty when there is none. */
  readonly query: string;
  /** The scraper's `Accept`; empty when it sent none. */
  readonly accept: string;
  /** `Authorization` to forward to the target; empty when there is none. */
  readonly authorization: string;
  /** What else of the scraper's headers goes to the agent; none when left out. */
  readonly headers?: readonly PassedHeader[];
  /** Whether the scraper may know of a path beside the one it asks for; without it, it may know of all. */
  readonly isVisible?: (path: string) => boolean;
  /** When the answer must be there, on the clock of `performance.now()`, in milliseconds. */
  readonly deadlineAt: number;
  /** Given up when nobody waits for the answer any more. */
  readonly cancellation: CancellationToken;
  /** The bodies this scrape's answer may be coded against; undefined: it must come as the target sent it. */
  readonly offer?: DeltaOffer | undefined;
}

/**
 * Gives back what a body is counted with.
 *
 * @param isUsedUp - that nothing reads its bytes any more, the system and other threads included: their memory is given back
 * at once, in place of when the garbage collector comes by
 */
export type Release = (isUsedUp?: boolean) => void;

/**
 * A body with its encoding, as it came over the link.
 *
 * Who takes it must call `release` once, when the bytes are no longer held: they count against the memory
 * budget until then.
 */
export interface ScrapeBody {
  readonly encoding: 'gzip' | 'identity';
  /** What has arrived and is verified, in order. */
  readonly pieces: readonly Buffer[];
  /** Bytes in `pieces`. */
  readonly byteCount: number;
  /** Bytes so far, of a large body that is still arriving with `rest`. */
  readonly arrivedBytes?: number;
  /** The remainder of a large body, still arriving; it errors when the transfer breaks. */
  readonly rest?: Readable;
  readonly release: Release;
}

/** The target answered with a 2xx. */
export interface ScrapeSuccess {
  readonly kind: 'success';
  readonly status: number;
  /** The target's `Content-Type`, verbatim; empty when it sent none. */
  readonly contentType: string;
  /** What else the agent passed on of the target's headers; none when left out. */
  readonly headers?: readonly PassedHeader[];
  readonly body: ScrapeBody;
  /** Where the time went, when the agent says. */
  readonly times?: StageTimes | undefined;
}

/** The scrape failed; `code` says how, `words` say why (no credentials, no query values). */
export interface ScrapeFailure {
  readonly kind: 'failure';
  readonly code: FailureCode;
  readonly status: number;
  readonly words: string;
  /** Where the time went, when the agent says. */
  readonly times?: StageTimes | undefined;
}

/** The scraper hung up before there was an answer. */
export interface ScrapeAbandoned {
  readonly kind: 'abandoned';
}

export type ScrapeAnswer = ScrapeSuccess | ScrapeFailure | ScrapeAbandoned;
