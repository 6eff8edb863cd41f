import { expect, test, vi } from 'vitest';
import { Cancellation } from './cancellation.js';

test('all that listen are told once, in order', () => {
  const cancellation = new Cancellation();
  const told: string[] = [];
  cancellation.onCancel(() => told.push('first'));
  cancellation.onCancel(() => told.push('second'));

  cancellation.cancel();
  cancellation.cancel();

  expect(told).toEqual(['first', 'second']);
  expect(cancellation.isCancelled).toBe(true);
});

test('who has stopped listening, or comes too late, is not told', () => {
  const cancellation = new Cancellation();
  const gone = vi.fn<() => void>();
  const late = vi.fn<() => void>();
  cancellation.onCancel(gone);
  cancellation.offCancel(gone);
  cancellation.offCancel(gone);

  cancellation.cancel();
  cancellation.onCancel(late);

  expect(gone).not.toHaveBeenCalled();
  expect(late).not.toHaveBeenCalled();
});

test('one who is told may take off another, which is told all the same, and start over', () => {
  const cancellation = new Cancellation();
  const second = vi.fn<() => void>();
  cancellation.onCancel(() => {
    cancellation.offCancel(second);
    cancellation.cancel();
  });
  cancellation.onCancel(second);

  cancellation.cancel();

  expect(second).toHaveBeenCalledOnce();
});

test('its signal aborts with it, whenever it was asked for', () => {
  const cancellation = new Cancellation();
  const early = cancellation.signal;

  cancellation.cancel();

  expect(early.aborted).toBe(true);
  const late = new Cancellation();
  late.cancel();
  expect(late.signal.aborted).toBe(true);
});
