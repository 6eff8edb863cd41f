import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { SteadyReading } from './steady-reading.js';

let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'steady-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'app.conf');
});

const started = async (text: string): Promise<SteadyReading> => {
  await writeFile(file, text);
  const reading = new SteadyReading();
  await reading.learn([file]);
  return reading;
};
const text = (): Promise<string> => readFile(file, 'utf8');

it('what is read once from files that nobody touches counts', async () => {
  const reading = await started('a = 1');
  let readings = 0;

  const outcome = await reading.read([file, `${file}.absent`], () => Promise.resolve((readings += 1)));

  expect(outcome).toEqual({ value: 1 });
});

it('a file that is written while it is read is read again', async () => {
  const reading = await started('a = 1');
  await writeFile(file, '');

  const outcome = await reading.read([file], async () => {
    const seen = await text();
    if (seen === '') await writeFile(file, 'a = 2');
    return seen;
  });

  expect(outcome).toEqual({ value: 'a = 2' });
});

it('a file that was cut to nothing does not count, and is named', async () => {
  const reading = await started('a = 1');
  await writeFile(file, ' \n');

  expect(await reading.read([file], text)).toEqual({ blank: [file] });
});

it('a file that was blank from the start may be', async () => {
  const reading = await started('');

  expect(await reading.read([file], text)).toEqual({ value: '' });
});

it('a file that was blank from the start may not be once it held something', async () => {
  const reading = await started('');
  await writeFile(file, 'a = 1');
  await reading.learn([file]);
  await writeFile(file, '');
  await reading.learn([file]);

  expect(await reading.read([file], text)).toEqual({ blank: [file] });
});

it('a file that changes all the time is read five times at most', async () => {
  const reading = await started('0');
  let readings = 0;

  await reading.read([file], () => writeFile(file, String((readings += 1))));

  expect(readings).toBe(5);
});
