import { expect, test, vi } from 'vitest';
import { LargeBodyGate } from './large-body-gate.js';

const never = new AbortController().signal;

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

test('who waits leaves when its signal aborts, and never runs', async () => {
  const gate = new LargeBodyGate(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const task = vi.fn(() => Promise.resolve());
  const first = gate.run(never, () => promise);

  const waiting = gate.run(controller.signal, task);
  controller.abort();

  expect(await waiting).toEqual({ kind: 'aborted' });
  resolve();
  await first;
  expect(task).not.toHaveBeenCalled();
});

test('who runs is awaited to its own end, also when its signal aborts', async () => {
  const gate = new LargeBodyGate(1);
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();

  const running = gate.run(controller.signal, () => promise);
  await Promise.resolve();
  controller.abort();
  resolve('cleaned up');

  expect(await running).toEqual({ kind: 'ran', value: 'cleaned up' });
});

test('a task that fails passes its error on', async () => {
  const gate = new LargeBodyGate(1);

  await expect(gate.run(never, () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
});
