import { EventEmitter } from 'node:events';
import type { ScrapeRequestInit } from '@app/protocol';
import type { ReadStream } from '../agents/stream-session.js';

/** A read stream that always takes more. */
export class RecordingStream extends EventEmitter implements ReadStream {
  readonly written: ScrapeRequestInit[] = [];
  finished = 0;

  write(message: ScrapeRequestInit): boolean {
    this.written.push(message);
    return true;
  }

  finish(): void {
    this.finished += 1;
  }
}
