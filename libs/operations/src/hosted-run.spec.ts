import { expect, it } from 'vitest';
import { HostedRun } from './hosted-run.js';

/** A program that is there when it is let through; `closed` counts its ends. */
function slowProgram() {
  const { promise: gate, resolve: letThrough } = Promise.withResolvers<void>();
  const counts = { started: 0, closed: 0 };
  const run = new HostedRun('agent', async () => {
    counts.started += 1;
    await gate;
    return { close: async () => void (counts.closed += 1) };
  });
  return { run, letThrough, counts };
}

it('a program begins once and ends once, however often it is told to', async () => {
  const { run, letThrough, counts } = slowProgram();
  letThrough();

  await Promise.all([run.begin(), run.begin()]);
  expect(run.started).toBe(run.current);
  await Promise.all([run.end(), run.end()]);

  expect(counts).toEqual({ started: 1, closed: 1 });
});

it('a program is to be had only between its start and its end', async () => {
  const { run, letThrough } = slowProgram();
  const words = 'the agent does not run: the application has not started, or has ended';

  const begun = run.begin();
  expect(() => run.started).toThrow(words);
  letThrough();
  await begun;
  expect(run.current).toBeDefined();
  await run.end();

  expect(run.current).toBeUndefined();
  expect(() => run.started).toThrow(words);
});

it('a program that is still starting is ended when it is there', async () => {
  const { run, letThrough, counts } = slowProgram();

  void run.begin();
  const ended = run.end();
  letThrough();
  await ended;

  expect(counts).toEqual({ started: 1, closed: 1 });
});

it('a program that cannot start says why, and there is nothing to end', async () => {
  const run = new HostedRun('proxy', () => Promise.reject(new Error('no port')));

  await expect(run.begin()).rejects.toThrow('no port');
  await expect(run.end()).resolves.toBeUndefined();
});
