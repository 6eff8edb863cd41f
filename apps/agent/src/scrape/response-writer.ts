import { ChunkCutter } from '@app/chunking';
import type { ChunkedScrapeResponseInit } from '@app/protocol';
import type { OutgoingResponse, WriteStream } from '../connection/proxy-port.js';
import type { ResultType } from '../metrics/agent-metrics.js';
import type { LargeBodyGate } from './large-body-gate.js';
import { writeBodyStream } from './body-stream.js';
import {
  type AnswerAddress,
  answerMessage,
  chunkMessage,
  deltaMessage,
  failureMessage,
  headerMessage,
  type KnownAdditions,
  summaryMessage,
} from './response-messages.js';
import { agentFailure, type LinkBody, type ScrapeAnswer, type ScrapeResult } from './scrape-result.js';

export interface ResponseWriterOptions {
  /** Gzip of at least this many bytes travels in chunks of this size to a proxy that takes no larger message. */
  chunkBytes: number;
  /** Gzip of at least this many bytes travels on a call of its own. */
  ownCallBytes: number;
}

/** The ways back to the proxy that a session has. */
export interface ResponseStreams {
  responses: WriteStream<OutgoingResponse>;
  chunks: WriteStream<ChunkedScrapeResponseInit>;
  /** Open a call for one large body. */
  openBodyStream: () => WriteStream<ChunkedScrapeResponseInit>;
  known: KnownAdditions;
}

type GzipBody = Extract<LinkBody, { kind: 'gzip' }>;

/** Sends results back: in one message, in chunks on the shared stream, or on a call of their own. */
export class ResponseWriter {
  readonly #options: ResponseWriterOptions;
  readonly #largeBodies: LargeBodyGate;
  readonly #observe: (type: ResultType) => void;

  /** @param observe - told how each result went back */
  constructor(
    options: ResponseWriterOptions,
    largeBodies: LargeBodyGate,
    observe: (type: ResultType) => void,
  ) {
    this.#options = options;
    this.#largeBodies = largeBodies;
    this.#observe = observe;
  }

  /**
   * Settles when the link has taken the whole result or never will. The caller releases the result, and does not look at its
   * body again.
   */
  async write(address: AnswerAddress, result: ScrapeResult, streams: ResponseStreams): Promise<void> {
    const one = this.#asOneMessage(address, result, streams.known);
    if (one !== undefined) {
      const isTaken = await streams.responses.write(one.message);
      if (isTaken) {
        one.message.zippedBody?.taken();
      }
      this.#observe(isTaken ? one.type : 'dropped');
    } else if (result.kind === 'answered') {
      this.#observe(await this.#writeInParts(address, result, streams));
    }
  }

  /** What most results are; undefined for a body that travels in parts. */
  #asOneMessage(
    address: AnswerAddress,
    result: ScrapeResult,
    known: KnownAdditions,
  ): { message: OutgoingResponse; type: ResultType } | undefined {
    if (result.kind === 'failed') {
      return { message: failureMessage(address, result, known), type: 'non-gzipped' };
    }
    const { body } = result;
    switch (body.kind) {
      case 'text':
        return { message: answerMessage(address, result, body.text, known), type: 'non-gzipped' };
      case 'delta':
        return { message: deltaMessage(address, result, body, known), type: 'delta' };
      case 'gzip': {
        const { ownCallBytes, chunkBytes } = this.#options;
        return body.byteCount < (known.takesWholeBodies ? ownCallBytes : Math.min(chunkBytes, ownCallBytes))
          ? { message: answerMessage(address, result, body.pieces, known), type: 'gzipped' }
          : undefined;
      }
      case 'flow':
        return undefined;
    }
  }

  #writeInParts(address: AnswerAddress, answer: ScrapeAnswer, streams: ResponseStreams): Promise<ResultType> {
    const { body } = answer;
    return body.kind === 'gzip' && body.byteCount < this.#options.ownCallBytes
      ? this.#writeChunks(address, answer, body, streams)
      : this.#writeLarge(address, answer, streams);
  }

  /** All at once: the chunks of one result stay together, and the stream keeps their order. */
  async #writeChunks(
    address: AnswerAddress,
    answer: ScrapeAnswer,
    body: GzipBody,
    streams: ResponseStreams,
  ): Promise<ResultType> {
    const { chunks } = streams;
    const cutter = new ChunkCutter(this.#options.chunkBytes);
    const full = body.pieces.flatMap((piece) => cutter.push(piece));
    const { last, summary } = cutter.finish();
    const writes = [
      chunks.write(headerMessage(address, answer, streams.known)),
      ...[...full, ...last].map((chunk) => chunks.write(chunkMessage(address.scrapeId, chunk))),
      chunks.write(summaryMessage(address.scrapeId, summary)),
    ];
    return (await Promise.all(writes)).every(Boolean) ? 'chunked' : 'dropped';
  }

  async #writeLarge(
    address: AnswerAddress,
    answer: ScrapeAnswer,
    streams: ResponseStreams,
  ): Promise<ResultType> {
    const outcome = await this.#largeBodies.run(answer.cancellation, () =>
      writeBodyStream(streams.openBodyStream(), address, answer, {
        chunkBytes: this.#options.chunkBytes,
        known: streams.known,
      }),
    );
    if (outcome.kind === 'ran') {
      return outcome.value ? 'chunked' : 'dropped';
    }
    const failure = agentFailure('overloaded', 'other large bodies are being sent', answer.url);
    await streams.responses.write(failureMessage(address, failure, streams.known));
    return 'dropped';
  }
}
