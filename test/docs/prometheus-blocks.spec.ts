import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Block } from '../support/page-blocks.js';
import { blocksFor } from '../support/page-checks.js';
import { findPromtool, promtool } from '../support/promtool.js';

const isRules = ({ text }: Block): boolean => /^- (alert|record): /.test(text);

const ofPrometheus = blocksFor('prometheus');

for (const major of [2, 3] as const) {
  const tool = findPromtool(major);
  const title = `promtool of Prometheus ${major}${tool === undefined ? ', not installed' : ''}`;

  describe.skipIf(tool === undefined)(title, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'yaml-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it.each(ofPrometheus)('takes what is shown: $page:$line', async (block) => {
      const file = join(folder, 'shown.yml');
      await writeFile(file, isRules(block) ? asGroup(block.text) : block.text);
      const check = isRules(block) ? ['check', 'rules'] : ['check', 'config', '--syntax-only'];

      expect(await promtool(tool!, [...check, file])).toMatchObject({ isContent: true });
    });
  });
}

const asGroup = (rules: string): string =>
  `groups:\n  - name: shown\n    rules:\n${rules.replace(/^(?=.)/gm, '      ')}`;
