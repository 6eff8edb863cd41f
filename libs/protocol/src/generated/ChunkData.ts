// Original file: proto/proxy_service.proto

import type { Long } from '@grpc/proto-loader';

export interface ChunkDataInit {
  'chunkScrapeId'?: (number | string | Long);
  /**
   * 1-based number of this chunk.
   */
  'chunkCount'?: (number);
  /**
   * Bytes in this chunk.
   */
  'chunkByteCount'?: (number);
  /**
   * CRC32 (IEEE, unsigned) over all bytes of this body so far.
   */
  'chunkChecksum'?: (number | string | Long);
  'chunkBytes'?: (Buffer | Uint8Array | string);
}

export interface ChunkDataMessage {
  'chunkScrapeId': (number);
  /**
   * 1-based number of this chunk.
   */
  'chunkCount': (number);
  /**
   * Bytes in this chunk.
   */
  'chunkByteCount': (number);
  /**
   * CRC32 (IEEE, unsigned) over all bytes of this body so far.
   */
  'chunkChecksum': (number);
  'chunkBytes': (Buffer);
}
