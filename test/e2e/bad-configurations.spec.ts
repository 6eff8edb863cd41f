import { access, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ProgramName, startOurProgram } from '../support/our-program.js';
import type { ExitStatus } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';

const PROGRAMS = ['proxy', 'agent'] as const;
/** Reading and refusing is quick; starting the process is not, on a busy machine. */
const EXIT_MS = 20_000;

const doubled = Array.from({ length: 64 }, (_, index) => `a${index + 1} = \${a${index}}\${a${index}}`);
const SCRIPT = `require('node:fs').writeFileSync(__dirname + '/executed', '')`;

/** `[what it is, the files, the words of the refusal]`; the first file is the configuration. PROGRAM stands for a block. */
const BAD: readonly (readonly [title: string, files: Readonly<Record<string, string>>, words: RegExp])[] = [
  ['opens objects without end', { 'x.conf': '{a='.repeat(200_000) }, /x\.conf:1: .*nest deeper than 256/],
  [
    'opens lists without end',
    { 'x.json': `{"a":${'['.repeat(200_000)}` },
    /x\.json:1: .*(nest|not valid JSON)/,
  ],
  [
    'has a key of many parts',
    { 'x.properties': `${'a.'.repeat(100_000)}a=1` },
    /x\.properties:1: .*256 parts/,
  ],
  [
    'goes in circles',
    { 'x.conf': 'PROGRAM.a = ${b}\nb = ${PROGRAM.a}' },
    /x\.conf:[12]: .*(itself|circle|cycle)/,
  ],
  [
    'doubles itself',
    { 'x.conf': ['a0 = aaaaaaaa', ...doubled, 'PROGRAM.logLevel = ${a64}'].join('\n') },
    /x\.conf:\d+: .*16777216/,
  ],
  ['is huge', { 'x.conf': `a = "${'x'.repeat(2_000_000)}"` }, /x\.conf: is larger than 1048576 bytes/],
  [
    'includes what is huge',
    { 'x.conf': 'include "y.conf"', 'y.conf': `a = "${'x'.repeat(2_000_000)}"` },
    /y\.conf: is larger than 1048576 bytes/,
  ],
  ['includes itself', { 'x.conf': '\ninclude "x.conf"' }, /x\.conf:2: .*includes itself/],
  [
    'includes a script',
    { 'x.conf': 'include "y.js"', 'y.js': SCRIPT },
    /x\.conf:1: "y\.js" cannot be included/,
  ],
  [
    'requires a script',
    { 'x.conf': 'include required(file("y.js"))', 'y.js': SCRIPT },
    /x\.conf:1: "y\.js" cannot be included/,
  ],
  [
    'includes a URL',
    { 'x.conf': 'include url("http://127.0.0.1:1/x")' },
    /x\.conf:1: a file cannot include a URL/,
  ],
  ['is no text', { 'x.conf': '\u0000\u0001\ufffd{"' }, /x\.conf:1: /],
];

describe.each(PROGRAMS)('the configuration of the %s', (program) => {
  const stage = stagePerTest();

  const folderWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const folder = await stage.tempDir();
    await Promise.all(
      Object.entries(files).map(([name, text]) =>
        writeFile(join(folder, name), text.replaceAll('PROGRAM', program)),
      ),
    );
    return folder;
  };

  it.each(BAD)('is refused in words when it %s', async (_title, files, words) => {
    const folder = await folderWith(files);

    const { status, output } = await run(program, ['--config', join(folder, Object.keys(files)[0] ?? '')]);

    expect(status).toEqual({ code: 1, signal: null });
    expect(output).toMatch(words);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output.length).toBeLessThan(500);
    await expect(access(join(folder, 'executed'))).rejects.toThrow('ENOENT');
  });

  it('is refused in words when it is a directory', async () => {
    const folder = join(await stage.tempDir(), 'x.conf');
    await mkdir(folder);

    const { status, output } = await run(program, ['--config', folder]);

    expect([status.code, output.trim()]).toEqual([1, `${folder}: is not a file`]);
  });

  it('is given up when its URL does not answer', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    stage.atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    await expect.poll(() => server.listening).toBe(true);
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

    const { status, output } = await run(program, [
      '--config',
      `http://me:hunter2@${host}/x.conf?key=hunter2`,
    ]);

    const words = `http://${host}/x.conf: cannot be read: no answer within 10000 ms`;
    expect([status.code, output.trim()]).toEqual([1, words]);
  });

  it('has no effect on the language with keys that are special there', async () => {
    const keys = ['__proto__', 'constructor.prototype', 'a.__proto__', 'toString'];
    const lines = keys.map((key) => `${program}.${key}.logLevel = off\n${key}.name = hunter2`);
    const folder = await folderWith({ 'x.conf': [...lines, `${program}.logFormat = json`].join('\n') });

    const { status, output } = await run(program, ['--check-config', '--config', join(folder, 'x.conf')]);

    expect(status).toEqual({ code: 0, signal: null });
    expect(output).toMatch(new RegExp(`${program}\\.__proto__: is not known and has no effect`));
    expect(output).toMatch(new RegExp(`^${program}\\.logLevel = "" +# default$`, 'm'));
    expect(output).not.toContain('hunter2');
  });

  async function run(
    name: ProgramName,
    args: readonly string[],
  ): Promise<{ readonly status: ExitStatus; readonly output: string }> {
    const process = startOurProgram(stage, name, args);
    const status = await process.waitForExit(EXIT_MS);
    expect(process.output).not.toMatch(/^\s+at /m);
    return { status, output: process.output };
  }
});
