import { status } from '@grpc/grpc-js';
import type { Logger } from '@app/operations';
import type { ChunkedScrapeResponseInit } from '@app/protocol';
import type { ProxyClient, WriteStream } from './proxy-port.js';

/** Streams of a session that carry one large body each. */
export class BodyStreams {
  readonly #client: ProxyClient;
  readonly #log: Logger;
  #brokenCount = 0;

  constructor(client: ProxyClient, log: Logger) {
    this.#client = client;
    this.#log = log;
  }

  /** One that breaks costs one scrape; whatever broke it is likely to break others, so it is said aloud only once. */
  open(): WriteStream<ChunkedScrapeResponseInit> {
    const stream = this.#client.writeChunks(true);
    void stream.ended.then((end) => {
      if (end !== undefined && end.code !== status.CANCELLED) {
        const level = this.#brokenCount === 0 ? 'warn' : 'debug';
        this.#brokenCount += 1;
        this.#log[level]({ reason: end.words }, 'the stream of a large body broke');
      }
    });
    return stream;
  }
}
