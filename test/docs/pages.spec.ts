import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { loadProxyConfig } from '../../apps/proxy/src/config/proxy-options.js';
import { type Block, blocksOf, commandsIn, pages, records } from '../support/page-blocks.js';

const repository = resolve(import.meta.dirname, '../..');
const scripts = (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object })
  .scripts;

const blocks = pages.flatMap(blocksOf);
const inLanguage = (...languages: string[]): Block[] =>
  blocks.filter(({ language, reason }) => languages.includes(language) && reason === undefined);

describe('the pages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pages-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([...pages, ...records])('lead nowhere that is not there: %s', (page) => {
    const text = readFileSync(join(repository, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link))).toEqual([]);
  });

  it.each(inLanguage('hocon').filter(({ text }) => /^\s*(proxy|agent)\b/m.test(text)))(
    'show configurations that the programs take: $page:$line',
    async ({ text }) => {
      const file = join(folder, 'shown.conf');
      await writeFile(file, text.replaceAll('…', ''));
      const load = /^\s*proxy\b/m.test(text) ? loadProxyConfig : loadAgentConfig;

      const variables = [...text.matchAll(/\$\{\??([A-Z][A-Z0-9_]*)\}/g)].map(([, name = '']) => [
        name,
        'given',
      ]);

      const outcome = await load(['--config', file], Object.fromEntries(variables) as Record<string, string>);

      expect(outcome.kind === 'invalid' ? outcome.problems : []).toEqual([]);
    },
  );

  it.each(inLanguage('sh').flatMap((block) => commandsIn(block).map((command) => ({ ...block, command }))))(
    'show commands that there are: $page:$line $command',
    async ({ command }) => {
      expect(await problemOf(command)).toBeUndefined();
    },
  );
});

it('the records of decisions are numbered without a gap, and look alike', () => {
  const numbers = records.map((page) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]));

  expect(numbers).toEqual(records.map((_page, index) => index + 1));
  for (const page of records) {
    expect(readFileSync(join(repository, page), 'utf8'), page).toMatch(/^# [A-Z].*\n\n\*\*Status:\*\* \w+/);
  }
});

/** Whether a file is there, and a heading of its, where the link names one. */
function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? join(repository, page) : join(repository, dirname(page), path);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, words = '']) => words);
  return headings.some((words) => anchorOf(words) === heading);
}

/** As GitHub makes it of the words of a heading. */
function anchorOf(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** What is wrong with a command; what others provide must be marked as not run. */
async function problemOf(command: string): Promise<string | undefined> {
  const [name = '', ...args] = command.split(/\s+/).map((word) => word.replaceAll(/^["']|["']$/g, ''));
  if (name === 'npm' && args[0] === 'run')
    return Object.hasOwn(scripts, args[1] ?? '') ? undefined : `no script ${args[1]}`;
  if (name === 'npm') return ['ci', 'install', 'test'].includes(args[0] ?? '') ? undefined : `npm ${args[0]}`;
  const program =
    /prometheus-(proxy|agent)$/.exec(name)?.[1] ?? /nest start (proxy|agent) --/.exec(command)?.[1];
  if (name === 'curl') return undefined;
  if (program === undefined) return `who runs ${name}?`;
  if (args[0] === 'doctor') return undefined;
  const own = name === 'npx' ? args.slice(args.indexOf('--') + 1) : args;
  const isThere = own
    .filter((arg) => arg.startsWith('examples/'))
    .every((file) => existsSync(join(repository, file)));
  if (!isThere) return 'a file that is not there';
  const load = program === 'proxy' ? loadProxyConfig : loadAgentConfig;
  const outcome = await load(
    own.filter((arg, index) => arg !== '--config' && own[index - 1] !== '--config'),
    {
      PROXY_HOSTNAME: 'proxy.example.com',
    },
  );
  return outcome.kind === 'invalid' ? outcome.problems.join('\n') : undefined;
}
