import { LinkedList } from '@app/deadlines';
import type { Bound } from '@app/operations';
import type { ScrapeRequestInit } from '@app/protocol';
import type { PendingScrape } from '../scrape/pending-scrape.js';

/** The agent's read stream, as far as the queue needs it. */
export interface RequestStream {
  /** Hand over a message; false asks to wait for `drain`. */
  write(message: ScrapeRequestInit): boolean;
  on(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}

/** How long a stream that works may be full, in milliseconds. */
const BURST_MS = 250;

/**
 * The scrapes that an agent's stream has not accepted yet, oldest first: within a bound, but for a burst, which a stream
 * that works takes within a moment however many come at once.
 */
export class RequestQueue {
  private readonly waiting = new LinkedList<PendingScrape>();
  private sentCount = 0;
  private stream: RequestStream | undefined;
  private canWrite = false;
  private fullSince = -Infinity;
  private heartbeatAnswer: ScrapeRequestInit | undefined;

  /**
   * @param encode - makes the message at the moment it is sent, so that its budget is what is left by then
   * @param now - monotonic clock, in milliseconds
   */
  constructor(
    private readonly bound: Bound,
    private readonly encode: (pending: PendingScrape) => ScrapeRequestInit,
    private readonly now: () => number,
  ) {}

  /** Not yet accepted by the stream. */
  get size(): number {
    return this.waiting.size;
  }

  /** Asked, and neither answered nor withdrawn: waiting or sent. */
  get inFlight(): number {
    return this.waiting.size + this.sentCount;
  }

  /** Send now, or queue; false when the bound is reached. */
  push(pending: PendingScrape): boolean {
    if (this.isStuck && !this.bound.admits(this.waiting.size + 1)) {
      return false;
    }
    if (this.canWrite && this.stream !== undefined) {
      this.send(pending, this.stream);
    } else {
      pending.place = this.waiting.add(pending);
    }
    return true;
  }

  /** Send it now, or as soon as the stream takes it: then one will do for all heartbeats that came meanwhile. */
  answerHeartbeat(answer: ScrapeRequestInit): void {
    this.heartbeatAnswer = answer;
    this.flush();
  }

  /** Forget a scrape that has ended, once; true when the agent has already been asked for it. */
  remove(pending: PendingScrape): boolean {
    if (!pending.isSent) {
      if (pending.place !== undefined) this.waiting.remove(pending.place);
      return false;
    }
    this.sentCount -= 1;
    return true;
  }

  attach(stream: RequestStream): void {
    this.stream = stream;
    this.canWrite = true;
    stream.on('drain', this.onDrain);
    this.flush();
  }

  detach(): void {
    this.stream?.off('drain', this.onDrain);
    this.stream = undefined;
    this.canWrite = false;
    this.fullSince = -Infinity;
  }

  /** Nobody takes what waits: there is no stream, or it has been full for longer than a burst takes. */
  private get isStuck(): boolean {
    return !this.canWrite && this.now() - this.fullSince > BURST_MS;
  }

  private readonly onDrain = (): void => {
    this.canWrite = true;
    this.flush();
  };

  private flush(): void {
    if (this.heartbeatAnswer !== undefined && this.canWrite && this.stream !== undefined) {
      this.write(this.heartbeatAnswer, this.stream);
      this.heartbeatAnswer = undefined;
    }
    while (this.canWrite && this.stream !== undefined) {
      const pending = this.waiting.shift();
      if (pending === undefined) {
        return;
      }
      this.send(pending, this.stream);
    }
  }

  private send(pending: PendingScrape, stream: RequestStream): void {
    this.sentCount += 1;
    pending.markSent();
    this.write(this.encode(pending), stream);
  }

  private write(message: ScrapeRequestInit, stream: RequestStream): void {
    this.canWrite = stream.write(message);
    this.fullSince = this.now();
  }
}
