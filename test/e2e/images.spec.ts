import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { needing, runCheck } from '../support/ci-tools.js';
import { type Instruction, only, parseDockerfile, type Stage } from '../support/dockerfile.js';
import { freePort } from '../support/free-port.js';
import { ImageBuild } from '../support/image-build.js';
import { Program } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';

const repository = resolve(import.meta.dirname, '../..');
const files = ['proxy', 'agent'];
const LIMIT_MS = 400_000;

const read = (name: string): Stage[] =>
  parseDockerfile(readFileSync(join(repository, `Dockerfile.${name}`), 'utf8'));
const finalOf = (stages: readonly Stage[]): readonly Instruction[] => stages.at(-1)!.instructions;
const root = mkdtempSync(join(tmpdir(), 'image-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(files)('the image of the %s', (name) => {
  const final = finalOf(read(name));

  it('runs as a user by number that is not root', () => {
    expect(only(final, 'USER')[0]?.words[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('needs no shell: nothing is run in its last stage, and what it starts is a list', () => {
    expect(only(final, 'RUN')).toEqual([]);
    for (const instruction of [...only(final, 'ENTRYPOINT'), ...only(final, 'HEALTHCHECK')]) {
      expect(instruction.isExecForm).toBe(true);
      expect(instruction.words[0]).toBe('node');
    }
    expect(only(final, 'HEALTHCHECK')).toHaveLength(1);
    expect(only(final, 'ENTRYPOINT')).toHaveLength(1);
  });

  it('is built from an image that is pinned to a version, by npm ci alone', () => {
    const text = readFileSync(join(repository, `Dockerfile.${name}`), 'utf8');

    expect(text).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-\S+$/m);
    expect(text).not.toMatch(/npm (install|i) |curl|wget|ADD |:latest/);
  });

  it('says which ports it listens on', () => {
    const exposed = only(final, 'EXPOSE').flatMap(({ words }) => words);

    expect(exposed).toEqual(name === 'proxy' ? ['8080', '8082', '8092', '50051'] : ['8083', '8093']);
  });
});

const lint = needing('check-dockerfile', "BuildKit's linter");
describe.skipIf(lint.isMissing)(lint.title, () => {
  it.each(files)('finds nothing in Dockerfile.%s', (name) => {
    const { stderr } = runCheck('check-dockerfile', [join(repository, `Dockerfile.${name}`)]);

    expect(stderr).toBe('');
  });

  it('would find an entry point that needs a shell', () => {
    const wrong = join(root, 'Dockerfile.wrong');
    const text = readFileSync(join(repository, 'Dockerfile.proxy'), 'utf8');
    writeFileSync(wrong, text.replace(/^ENTRYPOINT .*$/m, 'ENTRYPOINT node bin/proxy.js'));

    expect(runCheck('check-dockerfile', [wrong]).stderr).toContain('JSONArgsRecommended');
  });
});

/** What the health check of an image says, whether it is well or not. */
function healthOf(folder: string, url: string): string {
  const { stdout } = spawnSync(process.execPath, ['bin/healthcheck.js', url], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

describe('the stages of an image, in clean folders', () => {
  const stage = stagePerTest();
  const images = new ImageBuild(join(root, 'images'));

  it.each([
    { name: 'proxy', ports: ['PROXY_PORT', 'AGENT_PORT', 'ADMIN_PORT'], args: ['--admin'], ready: 200 },
    {
      name: 'agent',
      ports: ['ADMIN_PORT'],
      args: ['--admin', '--proxy', '127.0.0.1:1'],
      ready: 503,
    },
  ])(
    'make of Dockerfile.$name a program that runs, answers its health check and leaves on SIGTERM',
    async ({ name, ports, args, ready }) => {
      const folder = images.build(read(name));
      expect(existsSync(join(folder, 'node_modules/typescript'))).toBe(false);
      expect(existsSync(join(folder, 'sbom.cdx.json'))).toBe(true);
      const free = await Promise.all(ports.map(freePort));
      const env = Object.fromEntries(ports.map((variable, at) => [variable, String(free[at])]));
      const [entry = '', ...first] = only(finalOf(read(name)), 'ENTRYPOINT')[0]!.words;
      expect(entry).toBe('node');
      const program = new Program(stage, process.execPath, [...first, ...args], { cwd: folder, env });
      await program.waitForPorts(free);
      const admin = `http://127.0.0.1:${env['ADMIN_PORT']}`;

      // A container's health is asked for again and again; a program that has just begun may be slow to answer.
      await expect.poll(() => healthOf(folder, `${admin}/livez`)).toBe('status 200\n');
      expect((await fetch(`${admin}/readyz`)).status).toBe(ready);
      program.signal('SIGTERM');
      expect(await program.waitForExit(15_000)).toEqual({ code: 0, signal: null });
    },
    LIMIT_MS,
  );
});
