import { crc32 } from 'node:zlib';
import { cutChunks, type Chunk } from '@app/chunking';
import type {
  ChunkedScrapeResponseMessage,
  ChunkDataMessage,
  HeaderDataMessage,
  SummaryDataMessage,
} from '@app/protocol';

/** The header of a body in chunks. */
export function headerMessage(header: Partial<HeaderDataMessage>): ChunkedScrapeResponseMessage {
  return {
    chunkOneOf: 'header',
    header: {
      headerValidResponse: true,
      headerAgentId: '',
      headerScrapeId: 0,
      headerStatusCode: 200,
      headerFailureReason: '',
      headerUrl: '',
      headerContentType: 'text/plain',
      headerZipped: false,
      headerWaitedMicros: 0,
      headerTargetMicros: 0,
      headerHeaders: [],
      ...header,
    },
  };
}

export function chunkMessage(
  chunkScrapeId: number,
  chunk: Chunk,
  overrides: Partial<ChunkDataMessage> = {},
): ChunkedScrapeResponseMessage {
  return {
    chunkOneOf: 'chunk',
    chunk: {
      chunkScrapeId,
      chunkCount: chunk.count,
      chunkByteCount: chunk.byteCount,
      chunkChecksum: chunk.checksum,
      chunkBytes: chunk.bytes,
      ...overrides,
    },
  };
}

export function summaryMessage(
  summaryScrapeId: number,
  body: Buffer,
  chunkCount: number,
  overrides: Partial<SummaryDataMessage> = {},
): ChunkedScrapeResponseMessage {
  return {
    chunkOneOf: 'summary',
    summary: {
      summaryScrapeId,
      summaryChunkCount: chunkCount,
      summaryByteCount: body.length,
      summaryChecksum: crc32(body),
      ...overrides,
    },
  };
}

/** A whole body: header, chunks, summary. */
export function bodyMessages(
  scrapeId: number,
  body: Buffer,
  header: Partial<HeaderDataMessage> = {},
  maxChunkBytes = 32 * 1024,
): ChunkedScrapeResponseMessage[] {
  const { chunks } = cutChunks(body, maxChunkBytes);
  return [
    headerMessage({ headerScrapeId: scrapeId, ...header }),
    ...chunks.map((chunk) => chunkMessage(scrapeId, chunk)),
    summaryMessage(scrapeId, body, chunks.length),
  ];
}
