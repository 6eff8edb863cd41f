import { afterEach, expect, test, vi } from 'vitest';
import { pause } from './pause.js';

afterEach(() => vi.useRealTimers());

test('a pause ends when its time is over', async () => {
  vi.useFakeTimers();
  const paused = pause(100, new AbortController().signal);

  await vi.advanceTimersByTimeAsync(100);

  await paused;
});

test.each([
  ['before it began', true],
  ['while it lasts', false],
])('a pause that is aborted %s is over at once and keeps no timer', async (_name, isEarly) => {
  vi.useFakeTimers();
  const controller = new AbortController();
  if (isEarly) {
    controller.abort();
  }

  const paused = pause(100, controller.signal);
  controller.abort();

  await paused;
  expect(vi.getTimerCount()).toBe(0);
});
