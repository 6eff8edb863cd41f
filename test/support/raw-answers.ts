import { crc32, gzipSync } from 'node:zlib';
import type { ChunkedScrapeResponseInit, ScrapeRequestMessage } from '@app/protocol';
import type { RawAgent } from './raw-agent.js';
import { TEXT_FORMAT } from './target-behaviours.js';

/** Answer with a small text in one message, as an agent does with a body below its gzip limit. */
export function answerText(agent: RawAgent, request: ScrapeRequestMessage, text: string): void {
  agent.answer({
    scrapeId: request.scrapeId,
    validResponse: true,
    statusCode: 200,
    contentType: TEXT_FORMAT,
    contentAsText: text,
    contentOneOf: 'contentAsText',
  });
}

/** Answer with a failure of the agent's own. */
export function answerFailure(
  agent: RawAgent,
  request: ScrapeRequestMessage,
  statusCode: number,
  failureReason: string,
): void {
  agent.answer({ scrapeId: request.scrapeId, validResponse: false, statusCode, failureReason });
}

/** A body, gzipped, as the messages of a transfer in chunks: header, chunks, summary. */
export function chunkedMessages(
  agent: RawAgent,
  request: ScrapeRequestMessage,
  body: string,
  maxChunkBytes = 1_024,
): ChunkedScrapeResponseInit[] {
  const gzipped = gzipSync(body);
  const chunkCount = Math.ceil(gzipped.length / maxChunkBytes);
  const chunks = Array.from({ length: chunkCount }, (_, index) => chunkAt(gzipped, index, maxChunkBytes));
  const scrapeId = request.scrapeId;
  return [
    {
      header: {
        headerScrapeId: scrapeId,
        headerAgentId: agent.agentId,
        headerValidResponse: true,
        headerStatusCode: 200,
        headerContentType: TEXT_FORMAT,
        headerZipped: true,
      },
      chunkOneOf: 'header',
    },
    ...chunks.map((chunk) => ({
      chunk: { chunkScrapeId: scrapeId, ...chunk },
      chunkOneOf: 'chunk' as const,
    })),
    {
      summary: {
        summaryScrapeId: scrapeId,
        summaryChunkCount: chunkCount,
        summaryByteCount: gzipped.length,
        summaryChecksum: crc32(gzipped),
      },
      chunkOneOf: 'summary',
    },
  ];
}

interface WireChunk {
  readonly chunkCount: number;
  readonly chunkByteCount: number;
  readonly chunkChecksum: number;
  readonly chunkBytes: Buffer;
}

function chunkAt(gzipped: Buffer, index: number, maxChunkBytes: number): WireChunk {
  const end = Math.min((index + 1) * maxChunkBytes, gzipped.length);
  const chunkBytes = gzipped.subarray(index * maxChunkBytes, end);
  return {
    chunkCount: index + 1,
    chunkByteCount: chunkBytes.length,
    chunkChecksum: crc32(gzipped.subarray(0, end)),
    chunkBytes,
  };
}
