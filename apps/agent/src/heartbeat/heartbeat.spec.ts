import { status } from '@grpc/grpc-js';
import type { HeartBeatResponseMessage } from '@app/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallOutcome } from '../connection/proxy-port.js';
import { Heartbeat } from './heartbeat.js';

type Answer = CallOutcome<HeartBeatResponseMessage>;

const alive: Answer = { ok: true, value: { valid: true, reason: '' } };
const unknown: Answer = { ok: true, value: { valid: false, reason: 'no such agent' } };
const failing: Answer = { ok: false, problem: { code: status.INTERNAL, words: 'hurts' } };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp(answer: () => Promise<Answer>, isEnabled = true) {
  const activity = { sentAtMs: performance.now(), heardAtMs: performance.now() };
  const sent = vi.fn(answer);
  const deaths: string[] = [];
  const options = { isEnabled, maxInactivityMs: 5_000 };
  const heartbeat = new Heartbeat(sent, activity, options, (words) => deaths.push(words));
  return { activity, sent, deaths, heartbeat };
}

const answerWith = (answer: Answer) => (): Promise<Answer> => Promise.resolve(answer);
const late: Answer = { ok: false, problem: { code: status.DEADLINE_EXCEEDED, words: 'late' } };
const silence = (): Promise<Answer> => new Promise((resolve) => setTimeout(() => resolve(late), 3_000));

test('nothing is sent before the link was quiet for long enough', async () => {
  const { sent, heartbeat } = setUp(answerWith(alive));

  vi.advanceTimersByTime(5_000);
  await heartbeat.tick();

  expect(sent).not.toHaveBeenCalled();
});

test.each(['sentAtMs', 'heardAtMs'] as const)('one is sent when only %s is recent', async (recent) => {
  const { activity, sent, heartbeat } = setUp(answerWith(alive));

  vi.advanceTimersByTime(5_001);
  activity[recent] = performance.now();
  await heartbeat.tick();

  expect(sent).toHaveBeenCalledTimes(1);
});

test('none is sent while one is under way', async () => {
  const { sent, heartbeat } = setUp(() => new Promise(() => undefined));

  vi.advanceTimersByTime(6_000);
  void heartbeat.tick();
  await heartbeat.tick();

  expect(sent).toHaveBeenCalledTimes(1);
});

test('a proxy that does not know the session ends it at once', async () => {
  const { deaths, heartbeat } = setUp(answerWith(unknown));

  vi.advanceTimersByTime(6_000);
  await heartbeat.tick();

  expect(deaths).toEqual(['the proxy does not know this session any more: no such agent']);
});

test('three failures in a row end the session, fewer do not', async () => {
  const { deaths, heartbeat } = setUp(answerWith(failing));
  vi.advanceTimersByTime(6_000);

  await heartbeat.tick();
  await heartbeat.tick();
  const afterTwo = [...deaths];
  await heartbeat.tick();

  expect(afterTwo).toEqual([]);
  expect(deaths).toEqual(['3 heartbeats failed: hurts']);
});

test('a success in between starts the count again', async () => {
  const answers = [failing, failing, alive, failing, failing];
  const { deaths, activity, heartbeat } = setUp(() => Promise.resolve(answers.shift() ?? alive));

  for (let tick = 0; tick < 5; tick += 1) {
    activity.sentAtMs = performance.now() - 6_000;
    await heartbeat.tick();
  }

  expect(deaths).toEqual([]);
});

test('a link that swallows everything is known dead within 15 seconds of its last sign of life', async () => {
  const { deaths, heartbeat } = setUp(silence);
  const ticking = setInterval(() => void heartbeat.tick(), 500);

  await vi.advanceTimersByTimeAsync(15_000);

  clearInterval(ticking);
  expect(deaths).toEqual(['3 heartbeats failed: late']);
});

test('none is ever sent when they are turned off', async () => {
  const { sent, deaths, heartbeat } = setUp(answerWith(unknown), false);

  vi.advanceTimersByTime(600_000);
  await heartbeat.tick();

  expect(sent).not.toHaveBeenCalled();
  expect(deaths).toEqual([]);
});
