import type { Chunk, Summary } from '@app/chunking';
import { idToWire } from '@app/delta';
import type { ChunkedScrapeResponseInit, PassedHeader, ScrapeResponseInit } from '@app/protocol';
import { OutgoingBody } from '../connection/outgoing-body.js';
import type { OutgoingResponse } from '../connection/proxy-port.js';
import type { LinkBody, ScrapeAnswer, ScrapeFailure } from './scrape-result.js';
import type { ScrapeTimes } from './scrape-times.js';

/** Where an answer belongs. */
export interface AnswerAddress {
  /** Undefined where the connection says it. */
  agentId: string | undefined;
  scrapeId: number;
}

/** What the proxy understands beyond the protocol of prometheus-proxy. */
export interface KnownAdditions {
  /** The code words of failures. */
  hasFailureCodes: boolean;
  /** Where the time went. */
  hasTimes: boolean;
  /** Any body in one message that needs no call of its own. */
  takesWholeBodies: boolean;
  /** Headers that go along by name. */
  takesHeaders: boolean;
}

export function failureMessage(
  address: AnswerAddress,
  failure: ScrapeFailure,
  known: KnownAdditions,
): ScrapeResponseInit {
  return {
    ...address,
    validResponse: false,
    statusCode: failure.statusCode,
    failureReason: failure.reason,
    url: failure.url,
    zipped: false,
    contentAsText: '',
    ...(known.hasFailureCodes ? { failureCode: failure.code } : {}),
    ...microseconds(failure.times, known),
  };
}

/** @param content - text, or gzip in pieces, which are given away */
export function answerMessage(
  address: AnswerAddress,
  answer: ScrapeAnswer,
  content: string | readonly Buffer[],
  known: KnownAdditions,
): OutgoingResponse {
  return {
    ...address,
    validResponse: true,
    statusCode: answer.statusCode,
    url: answer.url,
    contentType: answer.contentType,
    ...headersOf(answer, known),
    ...microseconds(answer.times, known),
    ...(typeof content === 'string'
      ? { zipped: false, contentAsText: content }
      : { zipped: true, zippedBody: new OutgoingBody(content) }),
  };
}

/** A body with a base has the base's content type, and does not repeat it. Nothing that is empty takes room. */
export function deltaMessage(
  address: AnswerAddress,
  answer: ScrapeAnswer,
  { baseId, bodyId, frame }: Extract<LinkBody, { kind: 'delta' }>,
  known: KnownAdditions,
): ScrapeResponseInit {
  return {
    ...address,
    validResponse: true,
    statusCode: answer.statusCode,
    url: answer.url || undefined,
    contentType: baseId === undefined ? answer.contentType : undefined,
    ...headersOf(answer, known),
    ...microseconds(answer.times, known),
    deltaBody: {
      bodyId: idToWire(bodyId),
      frame,
      ...(baseId !== undefined && { baseId: idToWire(baseId) }),
    },
  };
}

/** The chunks after it are always gzip. */
export function headerMessage(
  address: AnswerAddress,
  answer: ScrapeAnswer,
  known: KnownAdditions,
): ChunkedScrapeResponseInit {
  const times = microseconds(answer.times, known);
  const { headers } = headersOf(answer, known);
  return {
    header: {
      headerValidResponse: true,
      headerAgentId: address.agentId,
      headerScrapeId: address.scrapeId,
      headerStatusCode: answer.statusCode,
      headerUrl: answer.url,
      headerContentType: answer.contentType,
      headerZipped: true,
      ...(headers !== undefined && { headerHeaders: headers }),
      ...(times !== undefined && {
        headerWaitedMicros: times.waitedMicros,
        headerTargetMicros: times.targetMicros,
      }),
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

function headersOf(
  { headers = [] }: ScrapeAnswer,
  { takesHeaders }: KnownAdditions,
): { headers?: PassedHeader[] } {
  return takesHeaders && headers.length > 0 ? { headers: [...headers] } : {};
}

/** What a field of 32 bits holds. */
const MAX_MICROS = 0xffff_ffff;

function microseconds(
  times: ScrapeTimes | undefined,
  { hasTimes }: KnownAdditions,
): { waitedMicros: number; targetMicros: number } | undefined {
  if (!hasTimes || times?.hasFetched !== true) {
    return undefined;
  }
  const micros = (secs: number): number => Math.min(MAX_MICROS, Math.max(0, Math.round(secs * 1e6)));
  return { waitedMicros: micros(times.waitedSecs), targetMicros: Math.max(1, micros(times.targetSecs)) };
}
