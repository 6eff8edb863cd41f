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
