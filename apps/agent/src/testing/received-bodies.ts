import { crc32 } from 'node:zlib';
import { expect } from 'vitest';
import type {
  ChunkDataMessage,
  ChunkedScrapeResponseMessage,
  HeaderDataMessage,
  SummaryDataMessage,
} from '@app/protocol';

/** One body that came in chunks, as far as it has come. */
export interface ReceivedBody {
  header: HeaderDataMessage | undefined;
  chunks: ChunkDataMessage[];
  summary: SummaryDataMessage | undefined;
}

/** The chunked bodies a proxy was sent, by scrape id. */
export class ReceivedBodies {
  readonly #bodies = new Map<number, ReceivedBody>();

  find(scrapeId: number): ReceivedBody | undefined {
    return this.#bodies.get(scrapeId);
  }

  take(message: ChunkedScrapeResponseMessage): void {
    const { header, chunk, summary } = message;
    if (header) {
      this.#bodyOf(header.headerScrapeId).header = header;
    } else if (chunk) {
      this.#bodyOf(chunk.chunkScrapeId).chunks.push(chunk);
    } else if (summary) {
      this.#bodyOf(summary.summaryScrapeId).summary = summary;
    }
  }

  #bodyOf(scrapeId: number): ReceivedBody {
    const known = this.#bodies.get(scrapeId);
    if (known !== undefined) {
      return known;
    }
    const body: ReceivedBody = { header: undefined, chunks: [], summary: undefined };
    this.#bodies.set(scrapeId, body);
    return body;
  }
}

/** Check a chunked body as a proxy does, and put it together. */
export function checked(body: ReceivedBody): Buffer {
  let checksum = 0;
  body.chunks.forEach((chunk, index) => {
    checksum = crc32(chunk.chunkBytes, checksum);
    expect(chunk.chunkCount).toBe(index + 1);
    expect(chunk.chunkByteCount).toBe(chunk.chunkBytes.length);
    expect(chunk.chunkChecksum).toBe(checksum);
  });
  const bytes = Buffer.concat(body.chunks.map((chunk) => chunk.chunkBytes));
  expect(body.summary).toMatchObject({
    summaryChunkCount: body.chunks.length,
    summaryByteCount: bytes.length,
    summaryChecksum: checksum,
  });
  return bytes;
}
