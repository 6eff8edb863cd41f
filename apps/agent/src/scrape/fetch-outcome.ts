import type { PassedHeader } from '@app/protocol';

/** What the head of a target's answer says. */
export interface AnswerHead {
  statusCode: number;
  /** Verbatim; empty when there is none. */
  contentType: string;
  /** Lower case; empty when there is none. */
  contentEncoding: string;
  /** In bytes; undefined when the target did not say. */
  contentLength: number | undefined;
  /** From a numeric `Retry-After`, in seconds; 0 when there is none. */
  retryAfterSecs: number;
  /** What else goes to the proxy; none when left out. */
  passed?: readonly PassedHeader[];
}

/** Why a fetch gave no answer. */
export type FetchFailureKind =
  'bad_request' | 'target_unreachable' | 'content_too_large' | 'invalid_payload' | 'overloaded';

/** A request that gave no answer. */
export interface FetchFailure {
  kind: 'failed';
  failure: FetchFailureKind;
  words: string;
  /** The connection was lost before the first byte of an answer. */
  brokeBeforeAnswer: boolean;
  /** The connection was not made in time, or went dead. */
  hasTimedOut: boolean;
}

/** One request to a target, and what came of it. */
export type FetchOutcome =
  /** The whole body of a 2xx. */
  | { kind: 'whole'; head: AnswerHead; pieces: Buffer[]; byteCount: number }
  /** A 2xx whose body is larger than what is held; it is read as it is taken. */
  | { kind: 'flowing'; head: AnswerHead; body: FlowingBody }
  /** Any other status; the body is dropped. */
  | { kind: 'refused'; head: AnswerHead }
  | FetchFailure
  /** The signal of the fetch was aborted. */
  | { kind: 'aborted' };

/** The body of a 2xx, as it is handed from stage to stage. */
export type FetchedBody =
  | Extract<FetchOutcome, { kind: 'whole' }>
  | { kind: 'flowing'; head: AnswerHead; body: AsyncIterable<Buffer> };

/** A body that is still on its way. It is iterated once, to its end or left early; both end the transfer. */
export interface FlowingBody extends AsyncIterable<Buffer> {
  /** Settles when nothing more will come: the end, a failure, or given up. Never rejects. */
  readonly closed: Promise<void>;
  /** Give it up. */
  cancel(): void;
}

/** Ends the iteration of a {@link FlowingBody} whose target or limit failed it. */
export class BodyBrokenError extends Error {
  override readonly name = 'BodyBrokenError';
  readonly failure: FetchFailureKind;

  constructor(failure: FetchFailureKind, words: string) {
    super(words);
    this.failure = failure;
  }
}
