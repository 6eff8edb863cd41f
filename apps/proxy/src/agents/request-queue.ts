import { LinkedList } from '@app/deadlines';
import type { Bound } from '@app/operations';
import type { ScrapeRequestInit } from '@app/protocol';
import type { PendingScrape } from '../scrape/pending-scrape.js';

/** The agent's read stream, as far as the queue needs it. */
export interface RequestStream {
  /** Hand over messages, in this order; `onTaken` is called when the link has taken them, and never when it does not. */
  write(messages: readonly ScrapeRequestInit[], onTaken: () => void): void;
}

/** Messages that go out together; one by one, each would cost a write of HTTP/2 and of the system, here and at the agent. */
const MOST_MESSAGES = 16;
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
  /** The link has not taken what was written last. */
  private isWriting = false;
  private writtenAt = -Infinity;
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

  /** Send it now, or as soon as the stream takes it; false when the bound is reached. */
  push(pending: PendingScrape): boolean {
    if (this.isStuck && !this.bound.admits(this.waiting.size + 1)) {
      return false;
    }
    pending.place = this.waiting.add(pending);
    this.flush();
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
    this.isWriting = false;
    this.flush();
  }

  detach(): void {
    this.stream = undefined;
    this.writtenAt = -Infinity;
  }

  /** Nobody takes what waits: there is no stream, or it has been full for longer than a burst takes. */
  private get isStuck(): boolean {
    const isFull = this.isWriting || this.stream === undefined;
    return isFull && this.now() - this.writtenAt > BURST_MS;
  }

  private flush(): void {
    const { stream } = this;
    if (stream === undefined || this.isWriting) {
      return;
    }
    const messages = this.takeWaiting();
    if (messages.length === 0) {
      return;
    }
    this.isWriting = true;
    this.writtenAt = this.now();
    stream.write(messages, () => {
      if (this.stream === stream) {
        this.isWriting = false;
        this.flush();
      }
    });
  }

  private takeWaiting(): ScrapeRequestInit[] {
    const messages: ScrapeRequestInit[] = [];
    if (this.heartbeatAnswer !== undefined) {
      messages.push(this.heartbeatAnswer);
      this.heartbeatAnswer = undefined;
    }
    while (messages.length < MOST_MESSAGES) {
      const pending = this.waiting.shift();
      if (pending === undefined) break;
      this.sentCount += 1;
      pending.markSent();
      messages.push(this.encode(pending));
    }
    return messages;
  }
}
