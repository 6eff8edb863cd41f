import { Cancellation, Deadlines } from '@app/deadlines';
import { afterEach, expect, test, vi } from 'vitest';
import { ScrapeDeadline, scrapeLimitMs } from './scrape-deadline.js';

afterEach(() => vi.useRealTimers());

function cancelled(): Cancellation {
  const cancellation = new Cancellation();
  cancellation.cancel();
  return cancellation;
}

test('it is cancelled when the time is over', () => {
  vi.useFakeTimers();
  const deadline = new ScrapeDeadline(100, new Cancellation(), new Deadlines());

  vi.advanceTimersByTime(99);
  const before = deadline.cancellation.isCancelled;
  vi.advanceTimersByTime(1);

  expect([before, deadline.cancellation.isCancelled, deadline.hasPassed]).toEqual([false, true, true]);
});

test('a scrape that is given up has not run out of time', () => {
  const given = new Cancellation();
  const deadline = new ScrapeDeadline(100, given, new Deadlines());

  given.cancel();

  expect([deadline.cancellation.isCancelled, deadline.hasPassed]).toEqual([true, false]);
});

test('a scrape that was given up before it began is aborted from the start', () => {
  const deadline = new ScrapeDeadline(100, cancelled(), new Deadlines());

  expect([deadline.cancellation.isCancelled, deadline.hasPassed]).toEqual([true, false]);
});

test('an ended deadline aborts nothing and keeps nothing', () => {
  vi.useFakeTimers();
  const given = new Cancellation();
  const deadlines = new Deadlines();
  const deadline = new ScrapeDeadline(100, given, deadlines);

  deadline.end();
  given.cancel();

  expect(deadline.cancellation.isCancelled).toBe(false);
  expect(deadlines.size).toBe(0);
});

test('a limit longer than timers can run does not end at once', () => {
  vi.useFakeTimers();
  const deadline = new ScrapeDeadline(2 ** 32 - 1, new Cancellation(), new Deadlines());

  vi.advanceTimersByTime(1_000);

  expect(deadline.cancellation.isCancelled).toBe(false);
});

test.each([
  ['no budget', undefined, false, 15_000],
  ['no budget, set on purpose', undefined, true, 15_000],
  ['a long budget', 90_000, false, 90_000],
  ['a long budget, set on purpose', 90_000, true, 15_000],
  ['a short budget', 9_500, false, 9_500],
  ['a short budget, set on purpose', 9_500, true, 9_500],
])('the limit of a scrape with %s', (_name, budgetMs, isExplicit, limitMs) => {
  expect(scrapeLimitMs(budgetMs, { timeoutMs: 15_000, isExplicit })).toBe(limitMs);
});
