import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Makes garbage that has grown old, releases it, and prints the heap before and after, in bytes. */
const PROGRAM = `
  import { releaseStartUpMemory } from ${JSON.stringify(new URL('start-up-memory.ts', import.meta.url).href)};
  let held = Array.from({ length: 300_000 }, (_, at) => ({ at, text: 'line ' + at }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  held = undefined;
  const before = process.memoryUsage().heapTotal;
  releaseStartUpMemory();
  console.log(JSON.stringify({ before, after: process.memoryUsage().heapTotal, gc: typeof globalThis.gc }));
`;

test('memory that only the start needed is given back, and nobody else can collect garbage for it', () => {
  const args = ['--input-type=module', '--max-semi-space-size=8', '--eval', PROGRAM];

  const { before, after, gc } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
    before: number;
    after: number;
    gc: string;
  };

  expect(after).toBeLessThan(before / 2);
  expect(gc).toBe('undefined');
});
