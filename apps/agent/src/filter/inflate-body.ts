import { createBoundedGunzip, gunzip, GunzipError, gzipDeclaredLength } from '@app/chunking';
import { BodyBrokenError } from '../scrape/fetch-outcome.js';
import type { EncodingFailureCode } from '../scrape/link-body.js';
import type { MemoryShare } from '../scrape/memory-budget.js';
import { pipeThrough } from '../scrape/pipe-through.js';

/** What filtering a body may use. */
export interface FilterBounds {
  /** Largest body before it is filtered, in bytes as they are when inflated. */
  maxBytes: number;
  /** Is charged with what is held, and given back what is no longer. */
  share: MemoryShare;
  signal: AbortSignal;
}

/** Why a body cannot be filtered, nor passed on. */
export interface BodyFailure {
  kind: 'failed';
  code: EncodingFailureCode;
  words: string;
}

/** The text of a whole gzip body, which the share is charged with. */
export async function inflateWhole(
  pieces: Buffer[],
  { maxBytes, share }: FilterBounds,
): Promise<Buffer | BodyFailure> {
  const packed = Buffer.concat(pieces);
  const claimedBytes = Math.min(gzipDeclaredLength(packed) ?? 0, maxBytes);
  if (!share.grow(claimedBytes)) {
    return overloaded();
  }
  const inflated = await gunzip([packed], maxBytes);
  switch (inflated.kind) {
    case 'ok':
      return share.grow(Math.max(0, inflated.bytes.length - claimedBytes)) ? inflated.bytes : overloaded();
    case 'too_large':
      return tooLarge(maxBytes);
    case 'broken':
      return broken(inflated.detail);
  }
}

/**
 * The text of a flowing gzip body, no more of it at once than is taken.
 *
 * @throws {BodyBrokenError} when it is no gzip or too much of it, beside what iterating the body throws
 */
export async function* inflateFlowing(
  body: AsyncIterable<Buffer>,
  { maxBytes, signal }: FilterBounds,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* pipeThrough(body, createBoundedGunzip(maxBytes), signal);
  } catch (error) {
    if (!(error instanceof GunzipError)) {
      throw error;
    }
    const { code, words } = error.kind === 'too_large' ? tooLarge(maxBytes) : broken(error.message);
    throw new BodyBrokenError(code, words);
  }
}

export function overloaded(): BodyFailure {
  return { kind: 'failed', code: 'overloaded', words: 'the memory for bodies is used up' };
}

function tooLarge(maxBytes: number): BodyFailure {
  const words = `Content size exceeds maximum allowed size of ${maxBytes} bytes`;
  return { kind: 'failed', code: 'content_too_large', words };
}

function broken(detail: string): BodyFailure {
  const words = `the target says Content-Encoding gzip, but its body is no whole gzip: ${detail}`;
  return { kind: 'failed', code: 'invalid_payload', words };
}
