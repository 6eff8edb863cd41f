import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, pages } from '../support/page-blocks.js';
import { findPromtool, promtool } from '../support/promtool.js';

/** Blocks that are nothing of Prometheus, by page and first line, and what they are. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/kubernetes.md agent:': 'values of the chart, not of Prometheus',
};

const keyOf = ({ page, text }: Block): string => `${page} ${text.split('\n')[0]}`;
const isConfig = ({ text }: Block): boolean => text.startsWith('scrape_configs:');
const isRules = ({ text }: Block): boolean => /^- (alert|record): /.test(text);

const blocks = pages.flatMap(blocksOf).filter(({ language }) => language === 'yaml');
const ofPrometheus = blocks.filter((block) => isConfig(block) || isRules(block));

it('every yaml block of the pages is for Prometheus, or there is a reason', () => {
  const others = blocks.filter((block) => !ofPrometheus.includes(block)).map(keyOf);

  expect(others).toEqual(Object.keys(ELSEWHERE));
});

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
