import { Cancellation } from '@app/deadlines';
import { expect, test, vi } from 'vitest';
import { ScrapeLimits, type Turn } from './scrape-limits.js';

const never = new Cancellation();

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

/** Run a task when it is its turn. */
async function run(
  gate: ScrapeLimits,
  key: string,
  cancellation: Cancellation,
  task: () => Promise<string>,
): Promise<string | Exclude<Turn, { kind: 'taken' }>> {
  const turn = await gate.take(key, cancellation);
  if (turn.kind !== 'taken') return turn;
  return task().finally(turn.end);
}

function limits(maxConcurrent: number, maxConcurrentPerTarget: number, maxWaiting = 100): ScrapeLimits {
  return new ScrapeLimits({ maxConcurrent, maxConcurrentPerTarget, maxWaiting });
}

test('of one target only so many run at once, and who waits holds no place among all', async () => {
  const gate = limits(3, 2);
  const hung = [new OpenTask(), new OpenTask(), new OpenTask(), new OpenTask()];
  const other = new OpenTask();

  const hungRuns = hung.map((task) => run(gate, 'hung', never, task.run));
  const otherRun = run(gate, 'other', never, other.run);
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

  const runs = tasks.map((task, index) => run(gate, `target ${index}`, never, task.run));
  await vi.waitFor(() => expect(gate.runningCount).toBe(2));
  const before = tasks.map((task) => task.isRunning);
  tasks[0]?.end();
  await vi.waitFor(() => expect(tasks[2]?.isRunning).toBe(true));

  expect(before).toEqual([true, true, false]);
  tasks[1]?.end();
  tasks[2]?.end();
  expect(await Promise.all(runs)).toEqual(['done', 'done', 'done']);
});

test.each([
  ['its target', 'target', 'a'],
  ['a place among all', 'overall', 'b'],
])('who waits for %s leaves the moment it is cancelled', async (_name, stage, key) => {
  const gate = limits(1, 1);
  const running = new OpenTask();
  const first = run(gate, 'a', never, running.run);
  await vi.waitFor(() => expect(running.isRunning).toBe(true));
  const cancellation = new Cancellation();
  const waiting = new OpenTask();

  const outcome = run(gate, key, cancellation, waiting.run);
  await Promise.resolve();
  cancellation.cancel();

  expect(await outcome).toEqual({ kind: 'cancelled', stage });
  expect(gate.waitingCount).toBe(0);
  running.end();
  await first;
  expect(waiting.isRunning).toBe(false);
  expect(gate.targetCount).toBe(0);
});

test('a turn is taken at once where there is room', () => {
  const gate = limits(1, 1);

  expect(gate.take('a', never)).toMatchObject({ kind: 'taken' });
  expect([gate.runningCount, gate.targetCount]).toEqual([1, 1]);
});

test('more than may wait are turned away at once', async () => {
  const gate = limits(1, 1, 2);
  const running = new OpenTask();
  const runs = [run(gate, 'a', never, running.run)];
  await vi.waitFor(() => expect(running.isRunning).toBe(true));
  runs.push(run(gate, 'a', never, () => Promise.resolve('second')));
  runs.push(run(gate, 'b', never, () => Promise.resolve('third')));

  const oneTooMany = await run(gate, 'c', never, () => Promise.resolve('fourth'));

  expect(oneTooMany).toEqual({ kind: 'overloaded' });
  running.end();
  await Promise.all(runs);
});
