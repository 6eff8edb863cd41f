import { Cancellation } from '@app/deadlines';
import { expect, test, vi } from 'vitest';
import { LargeBodyGate } from './large-body-gate.js';

const never = new Cancellation();

test('only so many run at once', async () => {
  const gate = new LargeBodyGate(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const second = vi.fn(() => Promise.resolve('second'));

  const first = gate.run(never, () => promise);
  const other = gate.run(never, second);
  await Promise.resolve();
  const before = second.mock.calls.length;
  resolve();

  expect(before).toBe(0);
  expect(await first).toEqual({ kind: 'ran', value: undefined });
  expect(await other).toEqual({ kind: 'ran', value: 'second' });
});

test('who waits leaves when it is cancelled, and never runs', async () => {
  const gate = new LargeBodyGate(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancellation = new Cancellation();
  const task = vi.fn(() => Promise.resolve());
  const first = gate.run(never, () => promise);

  const waiting = gate.run(cancellation, task);
  cancellation.cancel();

  expect(await waiting).toEqual({ kind: 'aborted' });
  resolve();
  await first;
  expect(task).not.toHaveBeenCalled();
});

test('who runs is awaited to its own end, also when it is cancelled', async () => {
  const gate = new LargeBodyGate(1);
  const cancellation = new Cancellation();
  const { promise, resolve } = Promise.withResolvers<string>();

  const running = gate.run(cancellation, () => promise);
  await Promise.resolve();
  cancellation.cancel();
  resolve('cleaned up');

  expect(await running).toEqual({ kind: 'ran', value: 'cleaned up' });
});

test('a task that fails passes its error on', async () => {
  const gate = new LargeBodyGate(1);

  await expect(gate.run(never, () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
});
