import type { ScrapeRequestInit } from '@app/protocol';
import type { ReadStream } from '../agents/stream-session.js';

/** A read stream that always takes more. */
export class RecordingStream implements ReadStream {
  readonly written: ScrapeRequestInit[] = [];
  finished = 0;

  write(messages: readonly ScrapeRequestInit[], onTaken: () => void): void {
    this.written.push(...messages);
    onTaken();
  }

  finish(): void {
    this.finished += 1;
  }
}
