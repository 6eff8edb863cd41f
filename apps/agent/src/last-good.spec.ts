import { expect, test } from 'vitest';
import { LastGood } from './last-good.js';

/** Reads these one after another; an error is thrown. */
function reading(...values: (string | Error)[]): () => Promise<string> {
  return () => {
    const value = values.shift() ?? new Error('nothing left');
    return typeof value === 'string' ? Promise.resolve(value) : Promise.reject(value);
  };
}

test('what is read is what is given, anew each time', async () => {
  const value = await LastGood.open(reading('first', 'second', 'third'), () => undefined);

  expect([await value.get(), await value.get()]).toEqual(['second', 'third']);
});

test('what cannot be read leaves the last good value, and each trouble is told once', async () => {
  const troubles: string[] = [];
  const gone = new Error('gone');
  const value = await LastGood.open(
    reading('first', gone, gone, new Error('broken'), 'second', gone),
    (problem) => troubles.push(problem),
  );

  const given = [];
  for (let time = 0; time < 5; time += 1) {
    given.push(await value.get());
  }

  expect(given).toEqual(['first', 'first', 'first', 'second', 'second']);
  expect(troubles).toEqual(['gone', 'broken', 'gone']);
});

test('what cannot be read the first time is an error', async () => {
  await expect(LastGood.open(reading(new Error('gone')), () => undefined)).rejects.toThrow('gone');
});
