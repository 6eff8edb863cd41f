import { gunzip, gzipDeclaredLength } from '@app/chunking';
import { codingOf } from '../scrape/content-coding.js';
import type { FetchedBody } from '../scrape/fetch-outcome.js';
import type { MemoryShare } from '../scrape/memory-budget.js';

/** Larger bodies pass through, in bytes without encoding. */
export const MAX_CODED_BYTES = 1024 * 1024;

/**
 * A target's body without its encoding; undefined when it is empty, too large, still flows, or cannot be inflated.
 *
 * @param share - is charged with what is inflated
 */
export async function plainBody(fetched: FetchedBody, share: MemoryShare): Promise<Buffer | undefined> {
  const coding = codingOf(fetched);
  if (fetched.kind !== 'whole' || coding === undefined || fetched.byteCount === 0) {
    return undefined;
  }
  const bytes = joined(fetched.pieces);
  if (coding === 'identity') {
    return bytes.length <= MAX_CODED_BYTES ? bytes : undefined;
  }
  const declaredBytes = gzipDeclaredLength(bytes) ?? Infinity;
  if (declaredBytes > MAX_CODED_BYTES || !share.grow(declaredBytes)) {
    return undefined;
  }
  const outcome = await gunzip([bytes], declaredBytes);
  return outcome.kind === 'ok' && outcome.bytes.length > 0 ? outcome.bytes : undefined;
}

function joined(pieces: Buffer[]): Buffer {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
}
