import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectList, readObjects } from '@app/config';
import { readExamples } from '../../../../../test/support/fuzz-examples.js';
import { stagePerSuite } from '../../../../../test/support/stage.js';
import { DiscoveredPath } from '../../config/path-config.js';

const ROW = objectList(DiscoveredPath, { jsonTextFields: ['labels'], doc: 'The targets of the file.' });
const entry = fc.record(
  { name: fc.anything(), path: fc.string(), url: fc.oneof(fc.webUrl(), fc.string()), labels: fc.json() },
  { requiredKeys: [] },
);
const file = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.array(entry).map((paths) => JSON.stringify({ paths })),
);

describe('whatever a file of targets holds', () => {
  const stage = stagePerSuite();

  it('is its targets, or all that is wrong with them, in words', async () => {
    const path = join(await stage.tempDir(), 'targets.conf');

    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        await writeFile(path, text);

        const outcome = await readObjects({ path, key: 'paths', row: ROW, env: {} });

        if (outcome.kind === 'invalid') {
          expect(outcome.problems.length).toBeGreaterThan(0);
          expect(outcome.problems.every((problem) => problem.trim() !== '')).toBe(true);
        } else {
          for (const target of outcome.elements) {
            expect([typeof target.path, typeof target.url]).toEqual(['string', 'string']);
          }
        }
      }),
      { numRuns: 300, examples: readExamples<[string]>('discovery') },
    );
  });
});
