import type { Chunk, Summary } from '@app/chunking';
import type { ChunkedScrapeResponseInit, ScrapeResponseInit } from '@app/protocol';
import type { ScrapeAnswer, ScrapeFailure } from './scrape-result.js';

/** Where an answer belongs. */
export interface AnswerAddress {
  agentId: string;
  scrapeId: number;
}

/** @param withCode - whether the proxy knows the field for the code word */
export function failureMessage(
  address: AnswerAddress,
  failure: ScrapeFailure,
  withCode: boolean,
): ScrapeResponseInit {
  return {
    ...address,
    validResponse: false,
    statusCode: failure.statusCode,
    failureReason: failure.reason,
    url: failure.url,
    zipped: false,
    contentAsText: '',
    ...(withCode ? { failureCode: failure.code } : {}),
  };
}

/** @param content - text, or gzip */
export function answerMessage(
  address: AnswerAddress,
  answer: ScrapeAnswer,
  content: string | Buffer,
): ScrapeResponseInit {
  return {
    ...address,
    validResponse: true,
    statusCode: answer.statusCode,
    url: answer.url,
    contentType: answer.contentType,
    ...(typeof content === 'string'
      ? { zipped: false, contentAsText: content }
      : { zipped: true, contentAsZipped: content }),
  };
}

/** The chunks after it are always gzip. */
export function headerMessage(address: AnswerAddress, answer: ScrapeAnswer): ChunkedScrapeResponseInit {
  return {
    header: {
      headerValidResponse: true,
      headerAgentId: address.agentId,
      headerScrapeId: address.scrapeId,
      headerStatusCode: answer.statusCode,
      headerUrl: answer.url,
      headerContentType: answer.contentType,
      headerZipped: true,
    },
  };
}

export function chunkMessage(scrapeId: number, chunk: Chunk): ChunkedScrapeResponseInit {
  return {
    chunk: {
      chunkScrapeId: scrapeId,
      chunkCount: chunk.count,
      chunkByteCount: chunk.byteCount,
      chunkChecksum: chunk.checksum,
      chunkBytes: chunk.bytes,
    },
  };
}

export function summaryMessage(scrapeId: number, summary: Summary): ChunkedScrapeResponseInit {
  return {
    summary: {
      summaryScrapeId: scrapeId,
      summaryChunkCount: summary.chunkCount,
      summaryByteCount: summary.byteCount,
      summaryChecksum: summary.checksum,
    },
  };
}
