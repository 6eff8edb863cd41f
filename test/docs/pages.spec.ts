import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { loadProxyConfig } from '../../apps/proxy/src/config/proxy-options.js';
import { type Block, blocksOf, commandsIn, pages } from '../support/page-blocks.js';

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

  it.each(pages)('lead nowhere that is not there: %s', (page) => {
    const text = readFileSync(join(repository, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const dead = targets.filter(
      (target) => !/^[a-z]+:/.test(target) && !existsSync(join(repository, dirname(page), target)),
    );

    expect(dead).toEqual([]);
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
