import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { collect } from './collect.js';

/** Header of ten bytes, an empty body of two, and a trailer of eight: no gzip member is shorter, in bytes. */
const SHORTEST_GZIP_BYTES = 20;
const OUTPUT_STEP_BYTES = 64 * 1024;

/**
 * Compress a body into one gzip member, off the event loop.
 *
 * @param body - must stay unchanged until the promise settles
 * @param signal - ends the work early; the promise then rejects with an `AbortError`
 */
export async function gzip(body: Buffer, signal?: AbortSignal): Promise<Buffer> {
  const source = Readable.from([body], { objectMode: false });
  return pipeline(source, createGzip({ chunkSize: OUTPUT_STEP_BYTES }), collect, { signal });
}

/** Whether the bytes begin like gzip (1f 8b). Says nothing about the rest. */
export function hasGzipMagic(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The uncompressed length in bytes that whole gzip bytes claim, from their last four bytes; undefined when they
 * are no gzip or too short to be whole.
 *
 * It is a claim modulo 2^32 about the last member only: a reason to refuse or to size a buffer, no proof.
 */
export function gzipDeclaredLength(bytes: Buffer): number | undefined {
  const isWhole = bytes.length >= SHORTEST_GZIP_BYTES && hasGzipMagic(bytes);
  return isWhole ? bytes.readUInt32LE(bytes.length - 4) : undefined;
}
