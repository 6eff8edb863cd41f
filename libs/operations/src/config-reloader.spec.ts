import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type ConfigOutcome, flag, text } from '@app/config';
import { ConfigReloader, type PutInForce } from './config-reloader.js';

interface Options {
  readonly name: string;
  readonly isHot: boolean;
}

const rows = {
  name: text({ default: '', doc: '' }),
  isHot: flag({ default: false, isReloaded: true, doc: '' }),
};

/**
 * A reloader whose source says what `say` was given last; `prepare` fails for the name `refused`. A configuration named
 * `invalid` is; each is read from the files given here, and needs one of its name.
 */
function setUp({ files = [], folder = '' }: { files?: readonly string[]; folder?: string } = {}) {
  let next: Options = { name: 'a', isHot: false };
  let loads = 0;
  const inForce: Options[] = [];
  const lines: { level: string; fields: unknown }[] = [];
  const log = (level: string) => (fields: unknown) => void lines.push({ level, fields });
  const prepare = (options: Options): Promise<PutInForce> =>
    options.name === 'refused'
      ? Promise.reject(new Error('no such file'))
      : Promise.resolve(() => ({ count: inForce.push(options) }));
  const reloader = new ConfigReloader<Options>(
    {
      options: next,
      source: {
        files: [],
        notices: ['said at the start'],
        load: () => {
          loads += 1;
          const notices = ['said at the start', `about ${next.name}`];
          return Promise.resolve<ConfigOutcome<Options>>(
            next.name === 'invalid'
              ? { kind: 'invalid', problems: ['what is wrong'], files }
              : { kind: 'run', options: next, notices, files },
          );
        },
      },
    },
    { prefix: 'app', rows, watchedBy: ({ name }) => (folder === '' ? [] : [join(folder, name)]), prepare },
    { info: log('info'), warn: log('warn'), error: log('error') } as never,
  );
  return { reloader, inForce, lines, say: (options: Options) => (next = options), loads: () => loads };
}

it('what cannot be prepared changes nothing, and is told until it can be', async () => {
  const { reloader, inForce, lines, say } = setUp();
  const startedAt = reloader.lastUsableAt;

  say({ name: 'refused', isHot: true });
  await reloader.reload();
  const whenRefused = { ok: reloader.isLastUsable, at: reloader.lastUsableAt };
  say({ name: 'a', isHot: true });
  await reloader.reload();

  expect(whenRefused).toEqual({ ok: false, at: startedAt });
  expect(reloader.isLastUsable).toBe(true);
  expect(reloader.lastUsableAt.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
  expect(inForce).toEqual([{ name: 'a', isHot: true }]);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', fields: { problems: ['no such file'] } },
  ]);
});

it('only keys that need a restart are named, for as long as they differ from the start', async () => {
  const { reloader, lines, say } = setUp();

  for (const options of [
    { name: 'b', isHot: true },
    { name: 'b', isHot: false },
    { name: 'a', isHot: true },
  ]) {
    say(options);
    await reloader.reload();
  }

  const named = lines.filter(({ level }) => level === 'info').map(({ fields }) => fields);
  expect(named).toMatchObject([
    { needRestart: ['app.name'] },
    { needRestart: ['app.name'] },
    { needRestart: [] },
  ]);
});

it('a notice is repeated only after it was not true for a while', async () => {
  const { reloader, lines, say } = setUp();

  for (const name of ['b', 'b', 'c', 'b']) {
    say({ name, isHot: false });
    await reloader.reload();
  }

  const said = lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
  expect(said).toEqual(['about b', 'about c', 'about b']);
});

it('those who ask while it is being read share one more reading', async () => {
  const { reloader, loads } = setUp();

  await Promise.all([reloader.reload(), reloader.reload(), reloader.reload()]);

  expect(loads()).toBe(2);
});

it.each([
  ['a file of an invalid configuration', 'invalid', 'new-include'],
  ['a file that one names which could not be prepared', 'refused', 'refused'],
  ['a file of the running one, meanwhile', 'invalid', 'a'],
])('a change of %s is seen', async (_, name, changed) => {
  const folder = await mkdtemp(join(tmpdir(), 'reloader-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { reloader, say, inForce } = setUp({ files: [join(folder, 'new-include')], folder });
  onTestFinished(() => reloader.stop());
  await reloader.start();

  say({ name, isHot: false });
  await reloader.reload();
  say({ name: 'mended', isHot: true });
  await writeFile(join(folder, changed), 'mended');

  await expect.poll(() => inForce).toEqual([{ name: 'mended', isHot: true }]);
  expect(reloader.isLastUsable).toBe(true);
});

it('a file that was cut to nothing changes nothing, until it is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reloader-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'app.conf');
  await writeFile(file, 'name = a');
  const { reloader, inForce, lines, say } = setUp({ files: [file] });
  await reloader.reload();

  await writeFile(file, '');
  say({ name: 'a', isHot: true });
  await reloader.reload();
  const whenEmpty = { count: inForce.length, ok: reloader.isLastUsable };
  await writeFile(file, 'name = b');
  await reloader.reload();

  expect(whenEmpty).toEqual({ count: 1, ok: false });
  expect(inForce).toHaveLength(2);
  expect(lines).toContainEqual({ level: 'error', fields: { problems: [`${file} is empty`] } });
  reloader.stop();
});
