import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HttpTarget } from '../support/http-target.js';
import { type ProgramName, startOurProgram } from '../support/our-program.js';
import { blocksOf, commandsIn } from '../support/page-blocks.js';
import { blocksFor } from '../support/page-checks.js';
import { findOnPath } from '../support/real-programs.js';
import { stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const repository = resolve(import.meta.dirname, '../..');
const curl = findOnPath('curl')[0];

/** What is not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci': 'every run of CI begins with it',
  'npm install --global "./$(npm pack --silent)"': 'package.spec.ts packs the package and installs it',
  'npm run quickstart': 'quickstart.spec.ts runs the script behind it, on free ports',
};
const OF_A_PROGRAM = /^(?:npx nest start |prometheus-)(?<program>proxy|agent)(?: --)? --config (?<file>\S+)$/;

/** Ports of the pages, and what stands for them here. */
interface Ports {
  readonly http: number;
  readonly agent: number;
  readonly proxyAdmin: number;
  readonly proxyMetrics: number;
  readonly agentAdmin: number;
  readonly agentMetrics: number;
}

describe.each(['README.md', 'docs/getting-started.md'])('the commands of %s', (page) => {
  const stage = stagePerSuite();
  const blocks = blocksOf(page);
  const shown = blocksFor('first steps')
    .filter((block) => block.page === page)
    .flatMap((block) => commandsIn(block).map((command) => ({ command, text: block.text })));
  const programs = shown.filter(({ command }) => OF_A_PROGRAM.test(command));
  const asking = shown.filter(({ command }) => command.startsWith('curl '));
  let ports: Ports;
  let target: HttpTarget;

  beforeAll(async () => {
    target = await HttpTarget.start(stage, { '/metrics': answers('up 1\n') });
    const [http, agent, proxyAdmin, proxyMetrics, agentAdmin, agentMetrics] = await Promise.all(
      Array.from({ length: 6 }, freePort),
    );
    ports = { http, agent, proxyAdmin, proxyMetrics, agentAdmin, agentMetrics } as Ports;
    for (const { command } of programs) await start(command);
    await vi.waitFor(async () => expect(await statusOf('edge-1/node')).toBe(200), { timeout: 30_000 });
  });

  it('are all run, or there is a reason', () => {
    const others = shown.map(({ command }) => command).filter((command) => NOT_RUN[command] === undefined);

    expect([...programs, ...asking].map(({ command }) => command).sort()).toEqual(others.sort());
    expect(programs).toHaveLength(2);
    expect(asking).toHaveLength(1);
  });

  it.skipIf(curl === undefined)(
    `answer what the page says${curl === undefined ? ', curl is not installed' : ''}`,
    async () => {
      const [{ command, text } = { command: '', text: '' }] = asking;

      const answer = await run(command);

      const [, ...said] = text.trimEnd().split('\n');
      const expected = said.length > 0 ? said : ['HTTP/1.1 200 OK', 'up 1'];
      expect(answer.split(/\r?\n/)).toEqual(expect.arrayContaining(expected));
    },
  );

  const [, failure] = /`HTTP\/1\.1 502 (.+?)`/.exec(readFileSync(join(repository, page), 'utf8')) ?? [];
  if (failure !== undefined) {
    it('fail as the page says when the target is not there', async () => {
      const { host } = new URL(target.url('/'));
      await target.close();

      const { status, statusText } = await fetch(`http://127.0.0.1:${ports.http}/edge-1/node`);

      expect({ status, statusText }).toEqual({
        status: 502,
        statusText: failure.replace('127.0.0.1:9100', host),
      });
    });
  }

  /** Start what a command starts, on ports that are free here. */
  async function start(command: string): Promise<void> {
    const { program = '', file = '' } = OF_A_PROGRAM.exec(command)?.groups ?? {};
    const configFile = join(await stage.tempDir(), `${program}.conf`);
    await writeFile(configFile, here(configOf(program, file)));
    const { http, agent, proxyAdmin, proxyMetrics, agentAdmin, agentMetrics } = ports;
    const flags =
      program === 'proxy'
        ? { port: http, agent_port: agent, admin_port: proxyAdmin, metrics_port: proxyMetrics }
        : { proxy: `127.0.0.1:${agent}`, admin_port: agentAdmin, metrics_port: agentMetrics };
    const given = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
    startOurProgram(stage, program as ProgramName, ['--config', configFile, ...given]);
  }

  /** What the page shows as this program's configuration, else the file of the repository. */
  function configOf(program: string, file: string): string {
    const own = blocks.find(({ language, text }) => language === 'hocon' && text.startsWith(`${program} {`));
    return own?.text ?? readFileSync(join(repository, file), 'utf8');
  }

  function here(text: string): string {
    return text
      .replaceAll('localhost:9100', new URL(target.url('/')).host)
      .replaceAll('localhost:8083', `localhost:${ports.agentMetrics}`)
      .replaceAll(/(localhost|proxy\.example\.com):8080/g, `127.0.0.1:${ports.http}`);
  }

  async function run(command: string): Promise<string> {
    const [, ...args] = here(command).split(' ');
    const { stdout } = await promisify(execFile)(curl ?? '', ['--silent', '--max-time', '20', ...args]);
    return stdout;
  }

  async function statusOf(path: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${ports.http}/${path}`).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status ?? 0;
  }
});
