import { Deadlines } from '@app/deadlines';
import { Bound } from '@app/operations';
import type { ScrapeRequestInit } from '@app/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PendingScrape } from '../scrape/pending-scrape.js';
import { failure } from '../scrape/scrape-failure.js';
import { FakeSession } from '../testing/fake-session.js';
import { anAsk } from '../testing/scrape-asks.js';
import { RequestQueue, type RequestStream } from './request-queue.js';

const GONE = failure('agent_disconnected', 'gone');

/** A stream that takes what it is told to. */
class SlowStream implements RequestStream {
  /** The ids of the scrapes that were written together. */
  readonly batches: unknown[][] = [];
  private onTaken: (() => void) | undefined;

  write(messages: readonly ScrapeRequestInit[], onTaken: () => void): void {
    this.batches.push(messages.map(({ scrapeId }) => scrapeId));
    this.onTaken = onTaken;
  }

  /** Take what was written last. */
  take(): void {
    this.onTaken?.();
  }

  get ids(): unknown[] {
    return this.batches.flat();
  }
}

describe('the queue of requests to an agent', () => {
  let queue: RequestQueue;
  let nextId: number;
  let nowMs: number;

  beforeEach(() => {
    nowMs = 0;
    queue = new RequestQueue(
      new Bound(2),
      ({ id }) => ({ scrapeId: id }),
      () => nowMs,
    );
    nextId = 1;
  });

  const pending = (): PendingScrape => {
    const one = new PendingScrape(nextId++, new FakeSession(), anAsk(), new Deadlines(), () => undefined);
    one.settle(GONE);
    return one;
  };
  const push = (count: number): boolean[] => Array.from({ length: count }, () => queue.push(pending()));

  it('holds up to its bound while there is no stream', () => {
    const outcomes = push(3);

    expect(outcomes).toEqual([true, true, false]);
    expect([queue.size, queue.inFlight]).toEqual([2, 2]);
  });

  it('takes a burst that a full stream has not had the time to take, and no more once it is stuck', () => {
    const stream = new SlowStream();
    queue.attach(stream);

    const burst = push(5);
    nowMs = 251;
    const later = push(1);
    stream.take();

    expect([burst, later]).toEqual([[true, true, true, true, true], [false]]);
    expect(stream.ids).toEqual([1, 2, 3, 4, 5]);
  });

  it('sends what waits, oldest first, when the stream comes', () => {
    const stream = new SlowStream();
    push(2);

    queue.attach(stream);

    expect(stream.ids).toEqual([1, 2]);
    expect([queue.size, queue.inFlight]).toEqual([0, 2]);
  });

  it('sends one at once, and those that come before the link has taken it together, 16 at a time', () => {
    const stream = new SlowStream();
    queue.attach(stream);

    const outcomes = push(20);
    const [atFirst, waiting] = [stream.ids, queue.size];
    stream.take();
    stream.take();

    expect(outcomes).not.toContain(false);
    expect([atFirst, waiting]).toEqual([[1], 19]);
    expect(stream.batches.map((batch) => batch.length)).toEqual([1, 16, 3]);
    expect(stream.ids).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect([queue.size, queue.inFlight]).toEqual([0, 20]);
  });

  it('waits within its bound while the link takes nothing, and goes on when it does', () => {
    const stream = new SlowStream();
    queue.attach(stream);

    const outcomes = push(1);
    nowMs = 251;
    outcomes.push(...push(3));
    const before = stream.ids;
    stream.take();

    expect(outcomes).toEqual([true, true, true, false]);
    expect([before, stream.ids]).toEqual([[1], [1, 2, 3]]);
  });

  it('answers each heartbeat that comes while the link takes messages', () => {
    const stream = new SlowStream();
    queue.attach(stream);

    for (let count = 0; count < 2; count += 1) {
      queue.answerHeartbeat({ scrapeId: 0 });
      stream.take();
    }

    expect(stream.ids).toEqual([0, 0]);
    expect(queue.inFlight).toBe(0);
  });

  it('has one answer ready, ahead of what waits, however many heartbeats come before a stream takes it', () => {
    const stream = new SlowStream();
    const answerMany = (): void => {
      for (let count = 0; count < 1_000; count += 1) queue.answerHeartbeat({ scrapeId: 0 });
    };

    answerMany();
    queue.attach(stream);
    const atFirst = stream.ids;
    push(1);
    answerMany();
    stream.take();
    stream.take();

    expect([atFirst, stream.batches]).toEqual([[0], [[0], [0, 1]]]);
    expect(queue.size).toBe(0);
  });

  it('never sends what was withdrawn before, and says whether the agent had been asked', () => {
    const stream = new SlowStream();
    const [first, second] = [pending(), pending()];
    queue.push(first);
    queue.push(second);

    const wasSent = queue.remove(first);
    queue.attach(stream);

    expect([wasSent, queue.remove(second)]).toEqual([false, true]);
    expect(stream.ids).toEqual([2]);
    expect([queue.size, queue.inFlight]).toEqual([0, 0]);
  });

  it('gives a place back when one that waits is withdrawn', () => {
    const first = pending();
    queue.push(first);
    push(1);

    queue.remove(first);

    expect(push(2)).toEqual([true, false]);
  });

  it('leaves the stream alone once it is detached', () => {
    const stream = new SlowStream();
    queue.attach(stream);
    push(2);

    queue.detach();
    stream.take();

    expect(stream.ids).toEqual([1]);
  });

  it('goes on with the next stream', () => {
    const [earlier, later] = [new SlowStream(), new SlowStream()];
    queue.attach(earlier);
    push(2);

    queue.detach();
    queue.attach(later);
    push(1);
    earlier.take();
    const meanwhile = later.ids;
    later.take();

    expect([earlier.ids, meanwhile, later.ids]).toEqual([[1], [2], [2, 3]]);
  });
});
