import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { ScrapeLimits } from './scrape-limits.js';

const never = new AbortController().signal;

/** A task that runs until it is told to end. */
class OpenTask {
  isRunning = false;
  end!: () => void;

  readonly run = (): Promise<string> =>
    new Promise((resolve) => {
      this.isRunning = true;
      this.end = () => resolve('done');
    });
}

function limits(maxConcurrent: number, maxConcurrentPerTarget: number, maxWaiting = 100): ScrapeLimits {
  return new ScrapeLimits({ maxConcurrent, maxConcurrentPerTarget, maxWaiting });
}

test('of one target only so many run at once, and who waits holds no place among all', async () => {
  const gate = limits(3, 2);
  const hung = [new OpenTask(), new OpenTask(), new OpenTask(), new OpenTask()];
  const other = new OpenTask();

  const hungRuns = hung.map((task) => gate.run('hung', never, task.run));
  const otherRun = gate.run('other', never, other.run);
  await vi.waitFor(() => expect(other.isRunning).toBe(true));

  expect(hung.map((task) => task.isRunning)).toEqual([true, true, false, false]);
  expect([gate.runningCount, gate.waitingCount]).toEqual([3, 2]);

  other.end();
  hung[0]?.end();
  hung[1]?.end();
  await vi.waitFor(() => expect(hung[3]?.isRunning).toBe(true));
  hung[2]?.end();
  hung[3]?.end();
  await Promise.all([...hungRuns, otherRun]);
  expect([gate.runningCount, gate.waitingCount, gate.targetCount]).toEqual([0, 0, 0]);
});

test('over all targets only so many run at once', async () => {
  const gate = limits(2, 2);
  const tasks = [new OpenTask(), new OpenTask(), new OpenTask()];

  const runs = tasks.map((task, index) => gate.run(`target ${index}`, never, task.run));
  await vi.waitFor(() => expect(gate.runningCount).toBe(2));
  const before = tasks.map((task) => task.isRunning);
  tasks[0]?.end();
  await vi.waitFor(() => expect(tasks[2]?.isRunning).toBe(true));

  expect(before).toEqual([true, true, false]);
  tasks[1]?.end();
  tasks[2]?.end();
  expect(await Promise.all(runs)).toMatchObject([{ kind: 'ran' }, { kind: 'ran' }, { kind: 'ran' }]);
});

test.each([
  ['its target', 'target', 'a'],
  ['a place among all', 'overall', 'b'],
])('who waits for %s leaves the moment its signal aborts', async (_name, stage, key) => {
  const gate = limits(1, 1);
  const running = new OpenTask();
  const run = gate.run('a', never, running.run);
  await vi.waitFor(() => expect(running.isRunning).toBe(true));
  const controller = new AbortController();
  const waiting = new OpenTask();

  const outcome = gate.run(key, controller.signal, waiting.run);
  await Promise.resolve();
  controller.abort();

  expect(await outcome).toEqual({ kind: 'aborted', stage });
  expect(gate.waitingCount).toBe(0);
  running.end();
  await run;
  expect(waiting.isRunning).toBe(false);
  expect(gate.targetCount).toBe(0);
});

test('a running task that fails as it is aborted makes room at once', async () => {
  const gate = limits(1, 1);
  const controller = new AbortController();
  const first = gate.run('a', controller.signal, () => pause(60_000, undefined, controller));
  await vi.waitFor(() => expect(gate.runningCount).toBe(1));

  controller.abort();

  expect(await first).toEqual({ kind: 'aborted', stage: 'running' });
  expect(await gate.run('a', never, () => Promise.resolve(1))).toEqual({ kind: 'ran', value: 1 });
});

test('more than may wait are turned away at once', async () => {
  const gate = limits(1, 1, 2);
  const running = new OpenTask();
  const runs = [gate.run('a', never, running.run)];
  await vi.waitFor(() => expect(running.isRunning).toBe(true));
  runs.push(gate.run('a', never, () => Promise.resolve('second')));
  runs.push(gate.run('b', never, () => Promise.resolve('third')));

  const oneTooMany = await gate.run('c', never, () => Promise.resolve('fourth'));

  expect(oneTooMany).toEqual({ kind: 'overloaded' });
  running.end();
  await Promise.all(runs);
});

test('a task that throws passes its error on and frees its place', async () => {
  const gate = limits(1, 1);

  await expect(gate.run('a', never, () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');

  expect(gate.targetCount).toBe(0);
  expect(await gate.run('a', never, () => Promise.resolve(1))).toEqual({ kind: 'ran', value: 1 });
});
