import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { type Instruction, parseDockerfile, type Stage } from '../support/dockerfile.js';
import { Program } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';

const repository = resolve(import.meta.dirname, '../..');
const files = ['proxy', 'agent'];
const LIMIT_MS = 400_000;

const read = (name: string): Stage[] =>
  parseDockerfile(readFileSync(join(repository, `Dockerfile.${name}`), 'utf8'));
const finalOf = (stages: readonly Stage[]): readonly Instruction[] => stages.at(-1)!.instructions;
const only = (instructions: readonly Instruction[], name: string): Instruction[] =>
  instructions.filter((instruction) => instruction.name === name);

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

describe('the stages of an image, in clean folders', () => {
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  const stage = stagePerTest();
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Copies and runs what a stage says, in a folder that stands for its working directory. */
  function build({ name, instructions }: Stage): void {
    const folder = join(root, name === '' ? 'final' : name);
    mkdirSync(folder);
    for (const { name: what, words, flags } of instructions) {
      if (what === 'COPY') {
        const from = flags['from'] === undefined ? repository : join(root, flags['from']);
        copy(from, words.slice(0, -1), folder, words.at(-1)!);
      } else if (what === 'RUN') {
        const env = { ...process.env, npm_config_prefer_offline: 'true' };
        execFileSync('sh', ['-c', words.join(' ')], { cwd: folder, env, stdio: 'pipe' });
      }
    }
  }

  function copy(from: string, sources: readonly string[], folder: string, target: string): void {
    for (const source of sources.map((path) => path.replace(/^\/src\//, ''))) {
      const to = target.endsWith('/') ? join(folder, target, basename(source)) : join(folder, target);
      cpSync(join(from, source), to, { recursive: true, verbatimSymlinks: true });
    }
  }

  it(
    'make a program that runs, answers its health check and leaves on SIGTERM',
    async () => {
      read('proxy').forEach(build);
      const folder = join(root, 'final');
      expect(existsSync(join(folder, 'node_modules/typescript'))).toBe(false);
      const ports = {
        PROXY_PORT: await freePort(),
        AGENT_PORT: await freePort(),
        ADMIN_PORT: await freePort(),
      };
      const env = Object.fromEntries(Object.entries(ports).map(([key, port]) => [key, String(port)]));
      const program = new Program(stage, process.execPath, ['bin/proxy.js', '--admin'], { cwd: folder, env });
      await program.waitForPorts(Object.values(ports));

      const url = `http://127.0.0.1:${ports.ADMIN_PORT}/livez`;
      const answer = execFileSync(process.execPath, ['bin/healthcheck.js', url], {
        cwd: folder,
        encoding: 'utf8',
      });

      expect(answer).toBe('status 200\n');
      program.signal('SIGTERM');
      expect(await program.waitForExit(15_000)).toEqual({ code: 0, signal: null });
    },
    LIMIT_MS,
  );
});
