import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines } from './deadlines.js';

let deadlines: Deadlines;
let passed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  deadlines = new Deadlines();
  passed = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function setIn(ms: number, name: string) {
  return deadlines.set(performance.now() + ms, () => passed.push(name));
}

test('each passes once, in order, at its time or at most 10 ms later, never before', () => {
  setIn(500, 'late');
  setIn(100, 'early');

  vi.advanceTimersByTime(99);
  const before = [...passed];
  vi.advanceTimersByTime(12);
  const between = [...passed];
  vi.advanceTimersByTime(10_000);

  expect(before).toEqual([]);
  expect(between).toEqual(['early']);
  expect(passed).toEqual(['early', 'late']);
  expect(deadlines.size).toBe(0);
});

test('one that is called off does not pass, and calling it off twice takes no other', () => {
  const off = setIn(100, 'off');
  setIn(100, 'other');

  off.cancel();
  off.cancel();

  expect(deadlines.size).toBe(1);
  vi.advanceTimersByTime(200);
  expect(passed).toEqual(['other']);
});

test('one that passes can call off another of the same time', () => {
  const at = performance.now() + 100;
  const first = deadlines.set(at, () => second.cancel());
  const second = deadlines.set(at, () => passed.push('second'));

  vi.advanceTimersByTime(200);

  expect(passed).toEqual([]);
  first.cancel();
  expect(deadlines.size).toBe(0);
});

test('one that is past already passes at the next turn, not at once', () => {
  setIn(-1_000, 'past');

  expect(passed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(passed).toEqual(['past']);
});

test('one that passes can set the next', () => {
  const again = (): void => {
    passed.push('again');
    if (passed.length < 3) deadlines.set(performance.now() + 50, again);
  };
  deadlines.set(performance.now() + 50, again);

  vi.advanceTimersByTime(1_000);

  expect(passed).toHaveLength(3);
  expect(deadlines.size).toBe(0);
});

test('many that are called off leave one timer, and it keeps nothing', () => {
  const all = Array.from({ length: 10_000 }, (_, at) => setIn(5_000 + at / 10, 'never'));
  const timers = vi.getTimerCount();

  all.forEach((deadline) => deadline.cancel());

  expect(timers).toBe(1);
  expect(deadlines.size).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(passed).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('one further away than a timer reaches waits on', () => {
  setIn(2 ** 32, 'far');

  vi.advanceTimersByTime(2 ** 31);

  expect(passed).toEqual([]);
  expect(deadlines.size).toBe(1);
});

test('one that passes can set another that is past already, for the next turn', () => {
  const again = (): void => {
    passed.push('again');
    if (passed.length < 3) setIn(-1_000, 'past');
  };
  deadlines.set(performance.now() - 500, again);

  vi.advanceTimersToNextTimer();
  const first = [...passed];
  vi.advanceTimersToNextTimer();

  expect([first, passed, deadlines.size]).toEqual([['again'], ['again', 'past'], 0]);
});
