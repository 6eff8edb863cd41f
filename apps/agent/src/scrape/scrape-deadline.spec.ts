import { Deadlines } from '@app/deadlines';
import { afterEach, expect, test, vi } from 'vitest';
import { ScrapeDeadline, scrapeLimitMs } from './scrape-deadline.js';

afterEach(() => vi.useRealTimers());

test('the signal aborts when the time is over', () => {
  vi.useFakeTimers();
  const deadline = new ScrapeDeadline(100, new AbortController().signal, new Deadlines());

  vi.advanceTimersByTime(99);
  const before = deadline.signal.aborted;
  vi.advanceTimersByTime(1);

  expect([before, deadline.signal.aborted, deadline.hasPassed]).toEqual([false, true, true]);
});

test('a scrape that is given up has not run out of time', () => {
  const given = new AbortController();
  const deadline = new ScrapeDeadline(100, given.signal, new Deadlines());

  given.abort();

  expect([deadline.signal.aborted, deadline.hasPassed]).toEqual([true, false]);
});

test('a scrape that was given up before it began is aborted from the start', () => {
  const deadline = new ScrapeDeadline(100, AbortSignal.abort(), new Deadlines());

  expect([deadline.signal.aborted, deadline.hasPassed]).toEqual([true, false]);
});

test('an ended deadline aborts nothing and keeps nothing', () => {
  vi.useFakeTimers();
  const given = new AbortController();
  const deadlines = new Deadlines();
  const deadline = new ScrapeDeadline(100, given.signal, deadlines);

  deadline.end();
  given.abort();

  expect(deadline.signal.aborted).toBe(false);
  expect(deadlines.size).toBe(0);
});

test('a limit longer than timers can run does not end at once', () => {
  vi.useFakeTimers();
  const deadline = new ScrapeDeadline(2 ** 32 - 1, new AbortController().signal, new Deadlines());

  vi.advanceTimersByTime(1_000);

  expect(deadline.signal.aborted).toBe(false);
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
