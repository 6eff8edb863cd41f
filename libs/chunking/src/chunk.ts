/** One piece of a body on its way over the link. */
export interface Chunk {
  /** 1-based number of this piece within its body. */
  count: number;
  /** How many of `bytes` count, in bytes: the first `byteCount`. */
  byteCount: number;
  /** CRC32 (IEEE, unsigned) over every byte of the body up to the end of this piece. */
  checksum: number;
  bytes: Buffer;
}

/** What closes a body: the number of its pieces, its bytes, and the CRC32 over all of them. */
export interface Summary {
  chunkCount: number;
  byteCount: number;
  checksum: number;
}
