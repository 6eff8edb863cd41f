import { expect, onTestFinished, test, vi } from 'vitest';
import { FakeStream } from '../testing/fake-proxy-clients.js';
import { RefusalBacklog } from './refusal-backlog.js';

function open() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const requests = new FakeStream();
  const onStuck = vi.fn();
  return { requests, onStuck, backlog: new RefusalBacklog(requests, onStuck) };
}

function times(count: number, act: () => void): void {
  for (let done = 0; done < count; done += 1) act();
}

test('requests are left unread from 1,000 refusals that the link has not taken, until 500 are left', () => {
  const { requests, backlog } = open();

  times(999, () => backlog.add());
  expect(requests.isPaused).toBe(false);
  backlog.add();
  expect(requests.isPaused).toBe(true);
  times(499, () => backlog.remove());
  expect(requests.isPaused).toBe(true);
  backlog.remove();
  expect(requests.isPaused).toBe(false);
});

test('a proxy that takes one now and then is slow, not stuck', () => {
  const { onStuck, backlog } = open();
  times(1_000, () => backlog.add());

  times(400, () => {
    vi.advanceTimersByTime(9_000);
    backlog.remove();
  });
  expect(onStuck).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);

  expect(onStuck).toHaveBeenCalledOnce();
});

test('once the requests are read again, or the session is over, nobody is stuck', () => {
  const { onStuck, backlog } = open();

  times(1_000, () => backlog.add());
  times(500, () => backlog.remove());
  vi.advanceTimersByTime(60_000);
  times(500, () => backlog.add());
  backlog.close();
  vi.advanceTimersByTime(60_000);

  expect(onStuck).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
