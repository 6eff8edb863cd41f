import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../testing/recording-logger.js';
import type { TargetConfig } from '../target-table.js';
import { FileTargets } from './file-targets.js';

let folder: string;
let source: FileTargets | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'targets-'));
});

afterEach(async () => {
  source?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function begin(name: string, intervalMs = 60_000, env: Record<string, string> = {}) {
  const { logger, lines } = recordingLogger();
  const lists: (readonly TargetConfig[])[] = [];
  source = new FileTargets({ path: join(folder, name), intervalMs, env }, logger);
  await source.start((targets) => lists.push(targets));
  const warnings = () => lines.filter(({ level }) => level === 'warn');
  const paths = (): string[] => lists.map((list) => list.map(({ path }) => path).join(' '));
  return { lists, paths, warnings, write: (text: string) => write(name, text) };
}

/** All at once: who looks while a file is written in place may find it empty. */
const write = async (name: string, text: string): Promise<void> => {
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
};

const listOf = (...paths: string[]): string =>
  JSON.stringify({ paths: paths.map((path) => ({ path, url: `http://${path}/` })) });

describe('the targets of a file', () => {
  it('are told when it is read first, with what they may leave out filled in', async () => {
    await write(
      't.conf',
      'paths = [{ path = /a, url = "http://"${H} }, { name = n, path = b, url = "http://b", labels { x = 1 } }]',
    );

    const { lists, warnings } = await begin('t.conf', 60_000, { H: 'h' });

    expect(lists).toEqual([
      [
        { name: 'a', path: 'a', url: 'http://h', labels: '{}' },
        { name: 'n', path: 'b', url: 'http://b', labels: '{"x":1}' },
      ],
    ]);
    expect(warnings()).toEqual([]);
  });

  it('are told again soon after a change, and not when the content is the same', async () => {
    await write('t.json', listOf('a'));
    const { paths, write: writeAgain } = await begin('t.json');

    await writeAgain(listOf('a'));
    await writeAgain(listOf('a', 'b'));

    await expect.poll(paths).toEqual(['a', 'a b']);
  });

  it('are none where it lists none, which is told', async () => {
    await write('t.json', '{"paths": []}');

    expect((await begin('t.json')).paths()).toEqual(['']);
  });

  it('stay as they were while it is missing or wrong, with one warning for each content', async () => {
    await write('t.json', listOf('a'));
    const { paths, warnings, write: writeAgain } = await begin('t.json', 10);

    await rm(join(folder, 't.json'));
    await expect.poll(() => warnings().length).toBe(1);
    await writeAgain('{"paths": [{"path": "a"}, 3]}');
    await expect.poll(() => warnings().length).toBe(2);
    await writeAgain(listOf('b'));
    await expect.poll(paths).toEqual(['a', 'b']);

    const file = join(folder, 't.json');
    expect(warnings()).toMatchObject([
      { file, problems: [`${file}: there is no such file`] },
      { file, problems: [`${file}:1: paths[0].url: is missing`, `${file}:1: paths[1]: must be an object`] },
    ]);
  });

  it.each([
    ['cut to nothing before it is written over', listOf('a')],
    ['cut to nothing, though it was empty at the start', ''],
  ])('stay as they were while it is %s', async (_title, atStart) => {
    await write('t.conf', atStart);
    const { paths, warnings, write: writeAgain } = await begin('t.conf');
    await writeAgain(listOf('a', 'b'));
    await expect.poll(() => paths().at(-1)).toBe('a b');

    await writeAgain('');
    await expect
      .poll(() => warnings().at(-1))
      .toMatchObject({ problems: [`${join(folder, 't.conf')} is empty`] });
    await writeAgain(listOf('c'));

    await expect.poll(() => paths().slice(1)).toEqual(['a b', 'c']);
  });

  it('stay as they were while what it includes is cut to nothing', async () => {
    await write('t.conf', 'include "more.conf"');
    await write('more.conf', 'paths = [{ path = a, url = "http://a" }]');
    const { paths, warnings } = await begin('t.conf');

    await write('more.conf', '');
    await expect.poll(warnings).toMatchObject([{ problems: [`${join(folder, 'more.conf')} is empty`] }]);
    await write('more.conf', 'paths = []');

    await expect.poll(paths).toEqual(['a', '']);
  });

  it('are waited for where there is no file yet', async () => {
    const { paths, warnings, write: writeAgain } = await begin('t.json');

    await writeAgain(listOf('a'));

    await expect.poll(paths).toEqual(['a']);
    expect(warnings()).toHaveLength(1);
  });

  it('are those of a swapped symlink', async () => {
    await mkdir(join(folder, 'v1'));
    await mkdir(join(folder, 'v2'));
    await write('v1/t.json', listOf('a'));
    await write('v2/t.json', listOf('b'));
    await symlink('v1', join(folder, 'data'));
    await symlink('data/t.json', join(folder, 't.json'));
    const { paths } = await begin('t.json');

    await symlink('v2', join(folder, 'data-new'));
    await rename(join(folder, 'data-new'), join(folder, 'data'));

    await expect.poll(paths).toEqual(['a', 'b']);
  });

  it('change with what it includes', async () => {
    await write('t.conf', 'include "more.conf"');
    await write('more.conf', 'paths = [{ path = a, url = "http://a" }]');
    const { paths } = await begin('t.conf');

    await write('more.conf', 'paths = [{ path = b, url = "http://b" }]');

    await expect.poll(paths).toEqual(['a', 'b']);
  });

  it('hide credentials in what is said to be wrong', async () => {
    await write('t.conf', 'paths = [{ path = a, url = "ftp://me:s3cret@h/?t=s3cret" }]');

    const { warnings } = await begin('t.conf');

    expect(warnings()).toHaveLength(1);
    expect(JSON.stringify(warnings())).not.toContain('s3cret');
  });

  it('are not told once it is stopped, nor when it is stopped at once', async () => {
    await write('t.json', listOf('a'));
    const { paths, write: writeAgain } = await begin('t.json', 10);
    source?.stop();
    const lists: unknown[] = [];
    const other = new FileTargets(
      { path: join(folder, 't.json'), intervalMs: 10, env: {} },
      recordingLogger().logger,
    );

    const started = other.start((targets) => lists.push(targets));
    other.stop();
    await started;
    await writeAgain(listOf('b'));
    await begin('t.json');

    expect(paths()).toEqual(['a']);
    expect(lists).toEqual([]);
  });
});
