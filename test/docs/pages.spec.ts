import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLogger } from '@app/operations';
import { FAILURE_CODES } from '@app/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentProgram, loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { FileTargets } from '../../apps/agent/src/paths/discovery/file-targets.js';
import type { TargetConfig } from '../../apps/agent/src/paths/target-table.js';
import { loadProxyConfig, proxyProgram } from '../../apps/proxy/src/config/proxy-options.js';
import { pages } from '../support/page-blocks.js';
import { blocksFor } from '../support/page-checks.js';

const repository = resolve(import.meta.dirname, '../..');
const read = (page: string): string => readFileSync(join(repository, page), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: object };

/** What the agent says of a configuration that shows one thing and leaves the paths out. */
const OF_AN_EXCERPT = /this agent has nothing to serve$|is no path of agent\.pathConfigs$/;
/** Words that look like settings or metrics and are neither: of PushProx and of the wire, labels, values of the chart, failure codes. */
const OTHER_WORDS = [
  'proxy_url',
  'agent_name',
  'agent_id',
  'proxy.config',
  'agent.kind',
  'agent.hocon',
  ...FAILURE_CODES,
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the pages show', () => {
  it.each(blocksFor('configurations'))(
    'configurations that the programs take: $page:$line',
    async ({ text }) => {
      const file = join(folder, 'shown.conf');
      await writeFile(file, text);
      const load = text.startsWith('proxy') ? loadProxyConfig : loadAgentConfig;
      const variables = [...text.matchAll(/\$\{\??([A-Z][A-Z0-9_]*)\}/g)];
      const env = Object.fromEntries(variables.map(([, name = '']) => [name, 'given']));

      const outcome = await load(['--config', file], env);

      expect(outcome.kind === 'invalid' ? outcome.problems : []).toEqual([]);
      const notices = outcome.kind === 'run' ? outcome.notices : [];
      expect(notices.filter((notice) => !OF_AN_EXCERPT.test(notice))).toEqual([]);
    },
  );

  it.each(blocksFor('files of targets'))(
    'files of targets that the agent takes: $page:$line',
    async ({ text }) => {
      const path = join(folder, 'targets.json');
      await writeFile(path, text);
      const logger = createLogger({ program: 'test', level: 'off', format: 'json' });
      const source = new FileTargets({ path, intervalMs: 60_000, env: {} }, logger);
      let taken: readonly TargetConfig[] = [];

      await source.start((targets) => (taken = targets));
      source.stop();

      expect(taken).toHaveLength(2);
    },
  );
});

describe.each(pages)('in its words, %s names', (page) => {
  const words = [...read(page).matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
  const matching = (pattern: RegExp): string[] =>
    words.flatMap((word) => pattern.exec(word)?.slice(1, 2) ?? []);

  it('scripts that package.json has', () => {
    const run = matching(/^(?:\w+=\S+ )?npm run ([\w:-]+)/);

    expect(run.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  it('settings that the programs have', () => {
    const keys = matching(/^((?:proxy|agent)\.[\w.[\]]*\w)(?:$| [={])/).filter(
      (key) => !key.endsWith('.conf'),
    );

    expect(keys.filter((key) => !isSetting(key))).toEqual([]);
  });

  it('metrics that the programs have', () => {
    const names = matching(/^((?:proxy|agent)_[a-z_]+)(?:$|\{)/);

    expect(names.filter((name) => !isMetric(name))).toEqual([]);
  });
});

/** Whether the page of metrics has it, or, for the names without an ending, has it with one. */
function isMetric(name: string): boolean {
  const documented = read('docs/metrics.md');
  return (
    OTHER_WORDS.includes(name) || [name, `${name}_total`].some((row) => documented.includes(`| \`${row}\``))
  );
}

/** Whether an option has this key, or a group of options, or the elements of a list. */
function isSetting(key: string): boolean {
  const keys = [proxyProgram, agentProgram].flatMap(({ prefix, rows, ignored }) =>
    [...Object.keys(rows), ...ignored.map(({ key: name }) => name)].map((name) => `${prefix}.${name}`),
  );
  const [list = ''] = key.split('[]');
  if (OTHER_WORDS.includes(key)) return true;
  return keys.some((name) => name === key || name.startsWith(`${key}.`) || (list !== key && name === list));
}
