import { type Chunk, ChunkCutter } from '@app/chunking';
import type { ChunkedScrapeResponseInit } from '@app/protocol';
import type { WriteStream } from '../connection/proxy-port.js';
import { BodyBrokenError } from './fetch-outcome.js';
import {
  type AnswerAddress,
  chunkMessage,
  headerMessage,
  type KnownAdditions,
  summaryMessage,
} from './response-messages.js';
import type { ScrapeAnswer } from './scrape-result.js';

/** How a large body is sent. */
export interface BodyStreamOptions {
  /** Size of its chunks. */
  chunkBytes: number;
  known: KnownAdditions;
}

/**
 * Send one large body on a call of its own, no faster than the proxy takes it. When the body breaks off or its
 * signal aborts, the call is cancelled: that is how the proxy learns that it is not whole.
 *
 * @returns whether the proxy took all of it
 */
export async function writeBodyStream(
  stream: WriteStream<ChunkedScrapeResponseInit>,
  address: AnswerAddress,
  answer: ScrapeAnswer,
  options: BodyStreamOptions,
): Promise<boolean> {
  const cancel = (): void => stream.cancel();
  answer.cancellation.onCancel(cancel);
  try {
    if (answer.cancellation.isCancelled) {
      return false;
    }
    const isTaken = await writeAll(stream, address, answer, options);
    if (!isTaken) {
      return false;
    }
    stream.halfClose();
    return (await stream.ended) === undefined;
  } catch (error) {
    if (error instanceof BodyBrokenError || answer.cancellation.isCancelled) {
      return false;
    }
    throw error;
  } finally {
    answer.cancellation.offCancel(cancel);
    // After a good end there is nothing left to cancel.
    stream.cancel();
  }
}

async function writeAll(
  stream: WriteStream<ChunkedScrapeResponseInit>,
  address: AnswerAddress,
  answer: ScrapeAnswer,
  { chunkBytes, known }: BodyStreamOptions,
): Promise<boolean> {
  const cutter = new ChunkCutter(chunkBytes);
  const writeChunks = async (chunks: Chunk[]): Promise<boolean> => {
    for (const chunk of chunks) {
      if (!(await stream.write(chunkMessage(address.scrapeId, chunk)))) {
        return false;
      }
    }
    return true;
  };

  if (!(await stream.write(headerMessage(address, answer, known)))) {
    return false;
  }
  for await (const piece of piecesOf(answer)) {
    if (!(await writeChunks(cutter.push(piece)))) {
      return false;
    }
  }
  const { last, summary } = cutter.finish();
  return (await writeChunks(last)) && stream.write(summaryMessage(address.scrapeId, summary));
}

function piecesOf(answer: ScrapeAnswer): AsyncIterable<Buffer> | Iterable<Buffer> {
  return 'pieces' in answer.body ? answer.body.pieces : [];
}
