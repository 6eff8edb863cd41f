import { isUtf8 } from 'node:buffer';
import { createGzip, gzipSync } from 'node:zlib';
import type { CancellationToken } from '@app/deadlines';
import { gzip, hasGzipMagic } from '@app/chunking';
import { codingOf, type ContentCoding } from './content-coding.js';
import type { FetchedBody } from './fetch-outcome.js';
import { joinFlow, readStart } from './flow-start.js';
import type { MemoryShare } from './memory-budget.js';
import { pipeThrough } from './pipe-through.js';
import type { AgentFailureCode, LinkBody } from './scrape-result.js';

export interface EncodingOptions {
  /** Identity bodies of at most this many bytes travel as text when they are valid UTF-8. */
  minGzipBytes: number;
  /** Largest body a gzip may claim to hold, in bytes. */
  maxBytes: number;
  /** Gzip of at least this many bytes is handed on while it flows. */
  flowBytes: number;
}

export type EncodingOutcome =
  { kind: 'encoded'; body: LinkBody } | { kind: 'failed'; code: EncodingFailureCode; words: string };

export type EncodingFailureCode = AgentFailureCode & ('invalid_payload' | 'content_too_large' | 'overloaded');

/** No gzip member is shorter: a header of ten bytes, an empty body of two, a trailer of eight. */
const SHORTEST_GZIP_BYTES = 20;
/** To hand a body of up to this size to another thread keeps the event loop longer than to compress it. */
const SMALL_BODY_BYTES = 16 * 1024;
/** Text of more than this is compressed whatever the options say: a message of the link has a limit. */
const MAX_TEXT_BYTES = 1024 * 1024;

/**
 * Bring a target's body into the form in which it travels. Gzip stays as it came, byte for byte; anything else
 * that is not small text is compressed once.
 *
 * @param share - is charged with the beginning of a flowing body, which is held until it can be sent
 * @returns at once for a body that stays as it came
 * @throws what iterating a flowing body throws, while its beginning is read
 */
export function encodeForLink(
  fetched: FetchedBody,
  options: EncodingOptions,
  share: MemoryShare,
  cancellation: CancellationToken,
): EncodingOutcome | Promise<EncodingOutcome> {
  const coding = codingOf(fetched);
  if (coding === undefined) {
    const words = `the target answered with Content-Encoding "${shown(fetched.head.contentEncoding)}", which was not asked for`;
    return { kind: 'failed', code: 'invalid_payload', words };
  }
  if (fetched.kind === 'flowing') {
    return encodeFlowing(fetched.body, coding, options, share, cancellation.signal);
  }
  return coding === 'gzip'
    ? checkWholeGzip(fetched.pieces, fetched.byteCount, options)
    : encodeIdentity(fetched.pieces, fetched.byteCount, options, cancellation);
}

async function encodeIdentity(
  pieces: Buffer[],
  byteCount: number,
  options: EncodingOptions,
  cancellation: CancellationToken,
): Promise<EncodingOutcome> {
  const bytes = joined(pieces);
  if (byteCount <= Math.min(options.minGzipBytes, MAX_TEXT_BYTES) && isUtf8(bytes)) {
    return { kind: 'encoded', body: { kind: 'text', text: bytes.toString('utf8'), byteCount } };
  }
  const compressed = byteCount <= SMALL_BODY_BYTES ? gzipSync(bytes) : await gzip(bytes, cancellation.signal);
  return { kind: 'encoded', body: { kind: 'gzip', pieces: [compressed], byteCount: compressed.length } };
}

function checkWholeGzip(pieces: Buffer[], byteCount: number, options: EncodingOptions): EncodingOutcome {
  if (byteCount < SHORTEST_GZIP_BYTES || !hasGzipMagic(firstBytes(pieces))) {
    return notGzip();
  }
  const claimedBytes = lastBytes(pieces).readUInt32LE();
  if (claimedBytes > options.maxBytes) {
    const words = `Content size exceeds maximum allowed size of ${options.maxBytes} bytes: ${claimedBytes} bytes uncompressed`;
    return { kind: 'failed', code: 'content_too_large', words };
  }
  return { kind: 'encoded', body: { kind: 'gzip', pieces, byteCount } };
}

async function encodeFlowing(
  source: AsyncIterable<Buffer>,
  coding: ContentCoding,
  options: EncodingOptions,
  share: MemoryShare,
  signal: AbortSignal,
): Promise<EncodingOutcome> {
  const compressed = coding === 'gzip' ? source : compress(source, signal);
  const pieces = compressed[Symbol.asyncIterator]();
  const start = await readStart(pieces, options.flowBytes);
  if (coding === 'gzip' && !hasGzipMagic(firstBytes(start.pieces))) {
    await pieces.return?.();
    return notGzip();
  }
  if (start.isWhole) {
    return coding === 'gzip'
      ? checkWholeGzip(start.pieces, start.byteCount, options)
      : { kind: 'encoded', body: { kind: 'gzip', pieces: start.pieces, byteCount: start.byteCount } };
  }
  if (!share.grow(start.byteCount)) {
    await pieces.return?.();
    return { kind: 'failed', code: 'overloaded', words: 'the memory for bodies is used up' };
  }
  return { kind: 'encoded', body: { kind: 'flow', pieces: joinFlow(start.pieces, pieces) } };
}

function compress(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncIterable<Buffer> {
  return pipeThrough(source, createGzip({ chunkSize: 64 * 1024 }), signal);
}

function notGzip(): EncodingOutcome {
  const words = 'the target says Content-Encoding gzip, but its body is no gzip';
  return { kind: 'failed', code: 'invalid_payload', words };
}

function joined(pieces: Buffer[]): Buffer {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
}

function firstBytes(pieces: Buffer[]): Buffer {
  const first = pieces[0] ?? Buffer.alloc(0);
  return first.length >= 2 ? first : Buffer.concat(pieces.slice(0, 2));
}

/** The last four bytes of those that have as many. */
function lastBytes(pieces: Buffer[]): Buffer {
  const last = pieces.at(-1) ?? Buffer.alloc(0);
  return (last.length >= 4 ? last : Buffer.concat(pieces)).subarray(-4);
}

function shown(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 40);
}
