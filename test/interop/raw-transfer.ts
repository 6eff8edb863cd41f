import { gzipSync } from 'node:zlib';
import { cutChunks } from '@app/chunking';
import type { RawCall } from './raw-connection.js';
import { encode, type Fields } from './wire-codec.js';

/** The messages of a body in chunks, in order. */
export function transferOf({ agentId, scrapeId }: Fields, body: string, maxChunkBytes = 16): Fields[] {
  const { chunks, summary } = cutChunks(gzipSync(body), maxChunkBytes);
  return [
    {
      header: {
        headerAgentId: agentId,
        headerScrapeId: scrapeId,
        headerValidResponse: true,
        headerStatusCode: 200,
        headerContentType: 'text/plain',
        headerZipped: true,
      },
    },
    ...chunks.map(({ count, byteCount, checksum, bytes }) => ({
      chunk: {
        chunkScrapeId: scrapeId,
        chunkCount: count,
        chunkByteCount: byteCount,
        chunkChecksum: checksum,
        chunkBytes: bytes,
      },
    })),
    {
      summary: {
        summaryScrapeId: scrapeId,
        summaryChunkCount: summary.chunkCount,
        summaryByteCount: summary.byteCount,
        summaryChecksum: summary.checksum,
      },
    },
  ];
}

/** Send messages of transfers. */
export function writeTransfer(call: RawCall, messages: readonly Fields[]): void {
  for (const message of messages) call.write(encode('writeChunkedResponsesToProxy', 'agent', message));
}
