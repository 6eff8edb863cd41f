import { Deadlines } from '@app/deadlines';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cancellation } from '@app/deadlines';
import { FakeSession } from '../testing/fake-session.js';
import { anAsk } from '../testing/scrape-asks.js';
import { BodyMemory } from './body-memory.js';
import { BodyTransfer } from './body-transfer.js';
import { PendingScrape, type PendingEnd } from './pending-scrape.js';
import type { ScrapeAnswer, ScrapeAsk } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

const GONE = failure('agent_disconnected', 'gone');

const success = (release = (): void => undefined): ScrapeAnswer => ({
  kind: 'success',
  status: 200,
  contentType: '',
  body: { encoding: 'identity', pieces: [], byteCount: 0, release },
});

describe('a pending scrape', () => {
  const open: PendingScrape[] = [];
  let ends: PendingEnd[];
  let memory: BodyMemory;

  beforeEach(() => {
    ends = [];
    memory = new BodyMemory(1_000_000);
  });

  afterEach(() => {
    open.splice(0).forEach((pending) => pending.settle(GONE));
  });

  const pendingOf = (ask: Partial<ScrapeAsk> = {}): PendingScrape => {
    const pending = new PendingScrape(
      1,
      new FakeSession({ name: 'edge-7' }),
      anAsk(ask),
      new Deadlines(),
      (_, end) => ends.push(end),
    );
    open.push(pending);
    return pending;
  };
  const transfer = (): BodyTransfer =>
    new BodyTransfer(
      { status: 200, contentType: '', isZipped: false, agentTimes: { waitedMicros: 0, targetMicros: 0 } },
      { maxBytes: 1_000, mayFlow: true, memory },
    );

  it('is answered once: the first to settle wins', async () => {
    const pending = pendingOf();
    const answer = success();

    const outcomes = [pending.settle(answer), pending.settle(GONE), pending.settle(success())];

    expect(outcomes).toEqual([true, false, false]);
    expect(await pending.answer).toBe(answer);
    expect(ends).toEqual(['settled']);
  });

  it('times out at its deadline, and says who did not answer for how long', async () => {
    const pending = pendingOf({ deadlineAt: performance.now() + 20 });

    const answer = await pending.answer;

    expect(answer).toEqual(failure('timed_out', 'agent edge-7 did not answer within 0.0s'));
    expect([pending.isEnded, ends]).toEqual([true, ['deadline']]);
  });

  it('times out at once when its deadline has passed already', async () => {
    const pending = pendingOf({ deadlineAt: performance.now() - 1_000 });

    expect(await pending.answer).toMatchObject({ code: 'timed_out' });
  });

  it('is abandoned when the scraper hangs up, even before it began', async () => {
    const hungUp = new Cancellation();
    hungUp.cancel();
    const pending = pendingOf({ cancellation: hungUp });

    expect(await pending.answer).toEqual({ kind: 'abandoned' });
    expect(ends).toEqual(['abandoned']);
  });

  it('lets go of its timer and of the scraper when it ends', () => {
    const hangUp = new Cancellation();
    const removed = vi.spyOn(hangUp, 'offCancel');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    const pending = pendingOf({ cancellation: hangUp });

    pending.settle(GONE);
    hangUp.cancel();

    expect([removed.mock.calls.length, cleared.mock.calls.length, ends]).toEqual([1, 1, ['settled']]);
    cleared.mockRestore();
  });

  it('drops the body that was arriving when it ends', () => {
    const pending = pendingOf();
    pending.transfer = transfer();
    pending.transfer.add({ count: 1, byteCount: 1, checksum: 0xe8b7be43, bytes: Buffer.from('a') });
    const heldBefore = memory.held;

    pending.settle(GONE);

    expect([heldBefore, memory.held, pending.transfer]).toEqual([1, 0, undefined]);
  });

  it('stays pending while a body flows, and ends with its last byte', async () => {
    const pending = pendingOf();
    const head = success();

    const isTaken = pending.settleFlowing(head);
    const wasEnded = pending.isEnded;
    pending.finishFlow();

    expect(await pending.answer).toBe(head);
    expect([isTaken, wasEnded, pending.isEnded, ends]).toEqual([true, false, true, ['settled']]);
  });

  it('leaves a second answer to the one who brings it, when a body flows already', async () => {
    const pending = pendingOf();
    const head = success();
    pending.settleFlowing(head);

    const outcomes = [pending.settleFlowing(success()), pending.settle(success())];

    expect(outcomes).toEqual([false, false]);
    expect(await pending.answer).toBe(head);
    expect(pending.isEnded).toBe(true);
  });

  it('does not begin to flow after it has ended', () => {
    const pending = pendingOf();
    pending.settle(GONE);

    expect(pending.settleFlowing(success())).toBe(false);
  });
});
