import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allBlocks, PAGE_CHECKS, type PageCheck } from '../support/page-checks.js';

const repository = resolve(import.meta.dirname, '../..');
const checks: readonly [string, PageCheck][] = Object.entries(PAGE_CHECKS);

describe('what the pages show', () => {
  it.each(allBlocks)('is executed by one test: $page:$line $language', (block) => {
    const takenBy = checks.filter(([, { takes }]) => takes(block)).map(([name]) => name);

    expect(takenBy).toHaveLength(1);
  });

  it.each(checks)('is asked for by the spec that executes it: %s', (name, { spec }) => {
    expect(readFileSync(resolve(repository, spec), 'utf8')).toContain(`blocksFor('${name}')`);
  });
});
