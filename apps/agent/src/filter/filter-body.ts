import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { codingOf, type ContentCoding } from '../scrape/content-coding.js';
import type { AnswerHead, FetchedBody } from '../scrape/fetch-outcome.js';
import { joinFlow, readStart } from '../scrape/flow-start.js';
import {
  type BodyFailure,
  type FilterBounds,
  inflateFlowing,
  inflateWhole,
  overloaded,
} from './inflate-body.js';
import type { MetricFilter } from './metric-filter.js';
import { Utf8Check } from './utf8-check.js';

export type FilterOutcome = FetchedBody | BodyFailure;

type Whole = Extract<FetchedBody, { kind: 'whole' }>;
type Flowing = Extract<FetchedBody, { kind: 'flowing' }>;

/** Filtering goes on for this many bytes before others have their turn. */
const STEP_BYTES = 256 * 1024;
/** A flow of which no more than this is left is a whole body afterwards. */
const WHOLE_BYTES = 64 * 1024;

/**
 * Take the lines out of a target's body that a filter does not keep; gzip is inflated for that and stays
 * inflated. A body that cannot be filtered, and gzip from which nothing goes, is returned as it came.
 *
 * A flowing body is filtered while it flows. Where it then is no valid UTF-8, the rest of it stays as it is.
 *
 * @throws what iterating a flowing body throws, and the reason of the signal
 */
export async function filterBody(
  fetched: FetchedBody,
  filter: MetricFilter,
  bounds: FilterBounds,
): Promise<FilterOutcome> {
  const coding = codingOf(fetched);
  if (coding === undefined || !filter.takes(fetched.head.contentType)) {
    return fetched;
  }
  return fetched.kind === 'whole'
    ? filterWhole(fetched, coding, filter, bounds)
    : filterFlowing(fetched, coding, filter, bounds);
}

async function filterWhole(
  fetched: Whole,
  coding: ContentCoding,
  filter: MetricFilter,
  bounds: FilterBounds,
): Promise<FilterOutcome> {
  const { share } = bounds;
  const heldBytes = share.heldBytes;
  const text = coding === 'gzip' ? await inflateWhole(fetched.pieces, bounds) : Buffer.concat(fetched.pieces);
  if (!Buffer.isBuffer(text)) {
    return text;
  }
  const kept = await filterText(text, filter, bounds.signal);
  if (kept === undefined || kept.length === text.length) {
    share.shrink(share.heldBytes - heldBytes);
    return fetched;
  }
  share.shrink(share.heldBytes - heldBytes + fetched.byteCount);
  return share.grow(kept.length) ? wholeText(fetched.head, [kept]) : overloaded();
}

/** What stays of a text; undefined when it is none. */
async function filterText(
  text: Buffer,
  filter: MetricFilter,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  if (!isUtf8(text)) {
    filter.passNotUtf8();
    return undefined;
  }
  const lines = filter.begin();
  const kept: Buffer[] = [];
  for (let at = 0; at < text.length; at += STEP_BYTES) {
    if (at > 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    kept.push(lines.push(text.subarray(at, at + STEP_BYTES)));
  }
  kept.push(lines.finish());
  filter.end(lines);
  // A copy, so that the text it came from is not held any longer.
  return Buffer.concat(kept);
}

async function filterFlowing(
  { head, body }: Flowing,
  coding: ContentCoding,
  filter: MetricFilter,
  bounds: FilterBounds,
): Promise<FilterOutcome> {
  const kept = keptPieces(coding === 'gzip' ? inflateFlowing(body, bounds) : body, filter);
  const start = await readStart(kept, WHOLE_BYTES);
  if (!bounds.share.grow(start.byteCount)) {
    await kept.return();
    return overloaded();
  }
  return start.isWhole
    ? wholeText(head, start.pieces)
    : { kind: 'flowing', head: textHead(head), body: joinFlow(start.pieces, kept) };
}

async function* keptPieces(
  text: AsyncIterable<Buffer>,
  filter: MetricFilter,
): AsyncGenerator<Buffer, void, undefined> {
  const lines = filter.begin();
  const utf8 = new Utf8Check();
  const passFrom = (isValid: boolean): void => {
    if (!isValid) {
      filter.passNotUtf8();
      lines.letPass();
    }
  };
  for await (const piece of text) {
    passFrom(utf8.push(piece));
    const kept = lines.push(piece);
    if (kept.length > 0) {
      yield kept;
    }
  }
  passFrom(utf8.finish());
  yield lines.finish();
  filter.end(lines);
}

function wholeText(head: AnswerHead, pieces: Buffer[]): Whole {
  const byteCount = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { kind: 'whole', head: textHead(head), pieces, byteCount };
}

const textHead = (head: AnswerHead): AnswerHead => ({ ...head, contentEncoding: '' });
