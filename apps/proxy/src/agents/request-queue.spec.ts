import { Deadlines } from '@app/deadlines';
import { EventEmitter } from 'node:events';
import { Bound } from '@app/operations';
import type { ScrapeRequestInit } from '@app/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PendingScrape } from '../scrape/pending-scrape.js';
import { failure } from '../scrape/scrape-failure.js';
import { FakeSession } from '../testing/fake-session.js';
import { anAsk } from '../testing/scrape-asks.js';
import { RequestQueue, type RequestStream } from './request-queue.js';

const GONE = failure('agent_disconnected', 'gone');

/** A stream that takes `room` messages, then asks to wait until it is drained. */
class StreamWithRoom extends EventEmitter implements RequestStream {
  readonly written: ScrapeRequestInit[] = [];

  constructor(private room: number) {
    super();
  }

  write(message: ScrapeRequestInit): boolean {
    this.written.push(message);
    this.room -= 1;
    return this.room > 0;
  }

  drain(room: number): void {
    this.room = room;
    this.emit('drain');
  }

  get ids(): unknown[] {
    return this.written.map(({ scrapeId }) => scrapeId);
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
    const stream = new StreamWithRoom(1);
    queue.attach(stream);

    const burst = push(5);
    nowMs = 251;
    const later = push(1);
    stream.drain(10);

    expect([burst, later]).toEqual([[true, true, true, true, true], [false]]);
    expect(stream.ids).toEqual([1, 2, 3, 4, 5]);
  });

  it('sends what waits, oldest first, when the stream comes', () => {
    const stream = new StreamWithRoom(10);
    push(2);

    queue.attach(stream);

    expect(stream.ids).toEqual([1, 2]);
    expect([queue.size, queue.inFlight]).toEqual([0, 2]);
  });

  it('sends at once while the stream takes messages, without any bound', () => {
    const stream = new StreamWithRoom(100);
    queue.attach(stream);

    const outcomes = push(20);

    expect(outcomes).not.toContain(false);
    expect([stream.written.length, queue.size, queue.inFlight]).toEqual([20, 0, 20]);
  });

  it('waits within its bound while the stream asks to, and goes on in order when it is drained', () => {
    const stream = new StreamWithRoom(1);
    queue.attach(stream);

    const outcomes = push(1);
    nowMs = 251;
    outcomes.push(...push(3));
    const beforeDrain = stream.ids;
    stream.drain(1);
    const afterDrain = stream.ids;
    stream.drain(5);

    expect(outcomes).toEqual([true, true, true, false]);
    expect([beforeDrain, afterDrain, stream.ids]).toEqual([[1], [1, 2], [1, 2, 3]]);
  });

  it('answers heartbeats at once while the stream takes messages', () => {
    const stream = new StreamWithRoom(10);
    queue.attach(stream);

    push(1);
    queue.answerHeartbeat({ scrapeId: 0 });
    queue.answerHeartbeat({ scrapeId: 0 });

    expect(stream.ids).toEqual([1, 0, 0]);
    expect(queue.inFlight).toBe(1);
  });

  it('has one answer ready, ahead of what waits, however many heartbeats come before a stream takes it', () => {
    const stream = new StreamWithRoom(1);
    const answerMany = (): void => {
      for (let count = 0; count < 1_000; count += 1) queue.answerHeartbeat({ scrapeId: 0 });
    };

    answerMany();
    queue.attach(stream);
    const atFirst = stream.ids;
    push(1);
    answerMany();
    stream.drain(10);
    stream.drain(10);

    expect([atFirst, stream.ids]).toEqual([[0], [0, 0, 1]]);
    expect(queue.size).toBe(0);
  });

  it('never sends what was withdrawn before, and says whether the agent had been asked', () => {
    const stream = new StreamWithRoom(10);
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
    const stream = new StreamWithRoom(1);
    queue.attach(stream);
    push(2);

    queue.detach();
    stream.drain(5);

    expect(stream.ids).toEqual([1]);
    expect(stream.listenerCount('drain')).toBe(0);
  });

  it('goes on with the next stream', () => {
    const [earlier, later] = [new StreamWithRoom(1), new StreamWithRoom(5)];
    queue.attach(earlier);
    push(2);

    queue.detach();
    queue.attach(later);

    expect([earlier.ids, later.ids]).toEqual([[1], [2]]);
  });
});
