import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, type Gunzip, type ZlibOptions } from 'node:zlib';
import { createBoundedGunzip, GunzipError } from './bounded-gunzip.js';
import { collect } from './collect.js';
import { gzipDeclaredLength } from './gzip.js';

/** Up to these sizes inflating at once costs less than the way to the thread pool and back. */
const SYNC_INPUT_BYTES = 256 * 1024;
const SYNC_OUTPUT_BYTES = 2 * 1024 * 1024;

/** An inflated body, or why there is none. `detail` is for people and holds no content. */
export type GunzipOutcome =
  { kind: 'ok'; bytes: Buffer } | { kind: 'too_large' } | { kind: 'broken'; detail: string };

/**
 * Inflate a whole gzip body, never past `maxBytes` bytes of output; exactly `maxBytes` pass.
 *
 * Truncated input, damaged input and bytes after the end are `broken`; members after one another are one body;
 * no input at all is an empty body (see {@link createBoundedGunzip}). Small bodies are inflated at once, others
 * off the event loop. The pieces must stay unchanged until the promise settles.
 */
export async function gunzip(pieces: Buffer[], maxBytes: number): Promise<GunzipOutcome> {
  const inputBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (inputBytes === 0) {
    return { kind: 'ok', bytes: Buffer.alloc(0) };
  }
  if (inputBytes <= SYNC_INPUT_BYTES) {
    const [first] = pieces;
    const input = first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces, inputBytes);
    const outcome = inflateDeclared(input, maxBytes);
    if (outcome !== undefined) {
      return outcome;
    }
  }
  return inflateInSteps(pieces, maxBytes);
}

/** Undefined when the body is not what its length field says, or is too much to be inflated at once. */
function inflateDeclared(input: Buffer, maxBytes: number): GunzipOutcome | undefined {
  const declaredBytes = gzipDeclaredLength(input);
  if (declaredBytes === undefined || declaredBytes > Math.min(maxBytes, SYNC_OUTPUT_BYTES)) {
    return undefined;
  }
  try {
    // One byte more than declared lets zlib see the end without a second buffer.
    const options = {
      maxOutputLength: Math.max(1, declaredBytes),
      chunkSize: Math.max(64, declaredBytes + 1),
    };
    const { bytes, consumedBytes } = gunzipCounting(input, options);
    return consumedBytes === input.length && bytes.length === declaredBytes
      ? { kind: 'ok', bytes }
      : undefined;
  } catch {
    return undefined;
  }
}

function gunzipCounting(input: Buffer, options: ZlibOptions): { bytes: Buffer; consumedBytes: number } {
  // With `info` the result is an object; the declared type does not know it.
  const result = gunzipSync(input, { ...options, info: true }) as unknown as {
    buffer: Buffer;
    engine: Gunzip;
  };
  return { bytes: result.buffer, consumedBytes: result.engine.bytesWritten };
}

async function inflateInSteps(pieces: Buffer[], maxBytes: number): Promise<GunzipOutcome> {
  try {
    const source = Readable.from(pieces, { objectMode: false });
    return { kind: 'ok', bytes: await pipeline(source, createBoundedGunzip(maxBytes), collect) };
  } catch (error) {
    if (!(error instanceof GunzipError)) {
      throw error;
    }
    return error.kind === 'too_large' ? { kind: 'too_large' } : { kind: 'broken', detail: error.message };
  }
}
