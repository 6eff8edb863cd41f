import { promisify } from 'node:util';
import {
  constants,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
  type ZstdOptions,
} from 'node:zlib';
import { frameLength } from './frame-header.js';

const compressOffLoop = promisify(zstdCompress);
const decompressOffLoop = promisify(zstdDecompress);

/** Up to this size the work is done at once; to hand it to another thread costs more than it. */
const SYNC_BYTES = 128 * 1024;
/** Sizes the output when most of it is expected to be in the base. */
const OUTPUT_STEP_BYTES = 4 * 1024;
/** Without a base: what gzip takes as well. */
const LEVEL = 3;
/**
 * With a base: how hard a match is looked for. A quarter fewer bytes than level 3 for a quarter more time
 * (docs/decisions/0009-body-delta.md).
 */
const SEARCH = {
  [constants.ZSTD_c_strategy]: constants.ZSTD_greedy,
  [constants.ZSTD_c_searchLog]: 5,
  [constants.ZSTD_c_minMatch]: 5,
};
/** The least window and the most that any decoder takes, as powers of two. */
const WINDOW_LOG = { least: 10, most: 27 };
/** Larger tables take more memory than they save bytes, as a power of two. */
const MAX_TABLE_LOG = 20;

/** A body out of its frame, or why there is none. `detail` is for people and holds no content. */
export type FrameOutcome =
  | { kind: 'ok'; bytes: Buffer }
  | { kind: 'too_large'; byteCount: number }
  | { kind: 'broken'; detail: string };

/**
 * Code a body as one zstd frame that declares its length. It carries no checksum: the id of the body proves more.
 *
 * @param base - what the reader holds already: only what differs from it takes room. The frame does not say which base it
 *   needs, and may decode to something else with another one: name it beside the frame, and check what comes out.
 */
export async function encodeFrame(body: Buffer, base?: Buffer): Promise<Buffer> {
  const options = encodingOptions(body, base);
  return body.length <= SYNC_BYTES ? zstdCompressSync(body, options) : compressOffLoop(body, options);
}

/**
 * The body of a frame. What comes out is only as good as the base: compare its id.
 *
 * @param base - what the frame was coded with
 * @param maxBytes - of the body; no more is ever inflated than the frame declares, and nothing at all when that is more
 */
export async function decodeFrame(
  frame: Buffer,
  base: Buffer | undefined,
  maxBytes: number,
): Promise<FrameOutcome> {
  const byteCount = frameLength(frame);
  if (byteCount === undefined) {
    return { kind: 'broken', detail: 'no zstd frame that declares its length' };
  }
  if (byteCount > maxBytes) {
    return { kind: 'too_large', byteCount };
  }
  try {
    const bytes = await inflate(frame, byteCount, base);
    return bytes.length === byteCount
      ? { kind: 'ok', bytes }
      : { kind: 'broken', detail: `${bytes.length} bytes where ${byteCount} were declared` };
  } catch (error) {
    return { kind: 'broken', detail: (error as Error).message };
  }
}

async function inflate(frame: Buffer, byteCount: number, base: Buffer | undefined): Promise<Buffer> {
  const options: ZstdOptions = {
    maxOutputLength: Math.max(1, byteCount),
    // One byte more than declared lets zstd see the end without a second buffer.
    chunkSize: Math.max(64, byteCount + 1),
    ...(base !== undefined && { dictionary: base }),
  };
  return byteCount <= SYNC_BYTES ? zstdDecompressSync(frame, options) : decompressOffLoop(frame, options);
}

function encodingOptions(body: Buffer, base: Buffer | undefined): ZstdOptions {
  // The window must reach over base and body, or matches far back in the base are not found.
  const reachLog = Math.ceil(Math.log2(body.length + (base?.length ?? 0) + 1));
  const log = Math.min(WINDOW_LOG.most, Math.max(WINDOW_LOG.least, reachLog));
  return {
    chunkSize: base === undefined ? Math.max(64, body.length >> 2) : OUTPUT_STEP_BYTES,
    pledgedSrcSize: body.length,
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_windowLog]: log,
      ...(base !== undefined && {
        ...SEARCH,
        [constants.ZSTD_c_hashLog]: Math.min(MAX_TABLE_LOG, log - 1),
        [constants.ZSTD_c_chainLog]: Math.min(MAX_TABLE_LOG, log - 1),
      }),
    },
    ...(base !== undefined && { dictionary: base }),
  };
}
