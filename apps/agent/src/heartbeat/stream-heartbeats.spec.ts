import { Deadlines } from '@app/deadlines';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StreamHeartbeats } from './stream-heartbeats.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const alive = { ok: true, value: { valid: true, reason: '' } };
const late = { ok: false, problem: { code: status.DEADLINE_EXCEEDED, words: 'no answer within 3 s' } };
const ended = {
  ok: false,
  problem: { code: status.UNAVAILABLE, words: 'the stream of answers has ended' },
};

function setUp(write: () => Promise<boolean> = () => Promise.resolve(true)) {
  const deadlines = new Deadlines();
  const written = vi.fn(write);
  return { deadlines, written, heartbeats: new StreamHeartbeats(written, deadlines) };
}

test('one that is answered in time went well, and leaves no deadline behind', async () => {
  const { deadlines, written, heartbeats } = setUp();

  const sent = heartbeats.send();
  await vi.advanceTimersByTimeAsync(2_900);
  heartbeats.answered();

  expect(await sent).toEqual(alive);
  expect([written.mock.calls.length, deadlines.size]).toEqual([1, 0]);
});

test('one that is not answered failed after three seconds, whether the link took it or not', async () => {
  const taken = setUp().heartbeats.send();
  const stuck = setUp(() => new Promise(() => undefined)).heartbeats.send();

  await vi.advanceTimersByTimeAsync(3_010);

  expect(await Promise.all([taken, stuck])).toEqual([late, late]);
});

test('an answer that comes too late is one to the next heartbeat, of which the proxy had to be alive as well', async () => {
  const { heartbeats } = setUp();
  const first = heartbeats.send();
  await vi.advanceTimersByTimeAsync(3_010);

  const second = heartbeats.send();
  heartbeats.answered();

  expect(await Promise.all([first, second])).toEqual([late, alive]);
});

test('answers that nobody waits for are no answer to what is sent later', async () => {
  const { heartbeats } = setUp();
  heartbeats.answered();
  const first = heartbeats.send();
  heartbeats.answered();
  heartbeats.answered();

  const second = heartbeats.send();
  await vi.advanceTimersByTimeAsync(3_010);

  expect(await Promise.all([first, second])).toEqual([alive, late]);
});

test.each([
  ['the stream has ended', () => setUp(() => Promise.resolve(false))],
  [
    'the session ends',
    () => {
      const parts = setUp();
      setTimeout(() => parts.heartbeats.stop(), 10);
      return parts;
    },
  ],
])('one fails at once when %s, and leaves no deadline behind', async (_title, make) => {
  const { deadlines, heartbeats } = make();

  const sent = heartbeats.send();
  await vi.advanceTimersByTimeAsync(10);

  expect(await sent).toEqual(ended);
  expect(deadlines.size).toBe(0);
});
