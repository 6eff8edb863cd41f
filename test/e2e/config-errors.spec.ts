import { createServer, type Server } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority, pkcs12Store } from '../support/certificates.js';
import { AGENT_MISTAKES, PROXY_MISTAKES } from '../support/config-mistakes.js';
import { freePort } from '../support/free-port.js';
import { startOurProgram } from '../support/our-program.js';
import { acceptsConnections, type Program } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';

describe('a program with mistakes in its configuration', () => {
  const stage = stagePerTest();

  it.each([PROXY_MISTAKES, AGENT_MISTAKES])(
    'names every one on a line of its own and exits with 1: the $program',
    async ({ program, file, args, env, lines }) => {
      const configFile = join(await stage.tempDir(), 'wrong.conf');
      await writeFile(configFile, file);

      const process = startOurProgram(stage, program, ['--config', configFile, ...args], { env });

      expect(await process.waitForExit(10_000)).toEqual({ code: 1, signal: null });
      for (const line of lines) {
        const about = process.output.split('\n').filter((text) => text.includes(line));
        expect(about, `${line} in:\n${process.output}`).toHaveLength(1);
      }
      expect(process.output).not.toMatch(/hunter2|^\s+at /m);
    },
  );

  it('opens no port before it has found the last one', async () => {
    const [http, agent, admin] = [await freePort(), await freePort(), await freePort()];
    const ports = ['--port', http, '--agent_port', agent, '--admin', '--admin_port', admin].map(String);

    const process = startOurProgram(stage, 'proxy', [...ports, '-Dproxy.pathConflict=fight']);

    expect(await opensOneOf(process, [http, agent, admin])).toBe(false);
    expect(await process.waitForExit(1_000)).toEqual({ code: 1, signal: null });
  });

  it.each(['proxy', 'agent'] as const)('says which file it cannot find: the %s', async (program) => {
    const process = startOurProgram(stage, program, ['--config', 'no-such-file.conf']);

    expect(await process.waitForExit(10_000)).toEqual({ code: 1, signal: null });
    expect(process.output).toMatch(/no-such-file\.conf/);
    expect(process.output).not.toMatch(/^\s+at /m);
  });

  it('says that an agent needs a configuration', async () => {
    const process = startOurProgram(stage, 'agent', []);

    expect(await process.waitForExit(10_000)).toEqual({ code: 1, signal: null });
    expect(process.output).toMatch(/--config/);
    expect(process.output).toMatch(/AGENT_CONFIG/);
  });

  it('says once which trust store it cannot use, and exits with 1', async () => {
    const folder = await stage.tempDir();
    const { certificate } = await CertificateAuthority.create(folder);
    const store = await pkcs12Store(folder, 'store.p12', 'hunter2', { certificate });
    const options = [`-Dagent.http.trustStorePath=${store}`, '-Dagent.http.trustStorePassword=hunter3'];

    const process = startOurProgram(stage, 'agent', options);

    expect(await process.waitForExit(10_000)).toEqual({ code: 1, signal: null });
    const about = process.output
      .split('\n')
      .filter((line) => line.includes('the password of the store is wrong'));
    expect(about).toEqual([expect.stringContaining(`agent.http.trustStorePath: ${store} cannot be used`)]);
    expect(process.output).not.toMatch(/hunter|^\s+at /m);
  });

  it.each([
    { program: 'proxy', flag: '--port', option: 'proxy.http.port' },
    { program: 'proxy', flag: '--agent_port', option: 'proxy.agent.port' },
    { program: 'proxy', flag: '--admin_port', option: 'proxy.admin.port' },
    { program: 'proxy', flag: '--metrics_port', option: 'proxy.metrics.port' },
    { program: 'agent', flag: '--admin_port', option: 'agent.admin.port' },
    { program: 'agent', flag: '--metrics_port', option: 'agent.metrics.port' },
  ] as const)(
    'says which port is taken and where to change it: $option',
    async ({ program, flag, option }) => {
      const flags =
        program === 'proxy'
          ? ['--port', '--agent_port', '--admin_port', '--metrics_port']
          : ['--admin_port', '--metrics_port'];
      const ports = new Map<string, number>();
      for (const name of flags) ports.set(name, await freePort());
      const taken = ports.get(flag) ?? 0;
      const holder = await listen(taken);
      stage.atEnd(() => void holder.close());
      const args = [...ports].flatMap(([name, port]) => [name, String(port)]);

      const process = startOurProgram(stage, program, [
        ...args,
        '--admin',
        '--metrics',
        `-D${program}.logFormat=json`,
      ]);

      expect(await process.waitForExit(20_000)).toEqual({ code: 1, signal: null });
      const lines = process.output.split('\n').filter((line) => line.includes(String(taken)));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^\{"level":"fatal".* is taken/);
      expect(lines[0]).toContain(`${option} (${flag}`);
      expect(process.output).not.toMatch(/^\s+at |"stack"/m);
    },
  );
});

describe('a program that is only asked', () => {
  const stage = stagePerTest();

  it.each([
    { program: 'proxy', flag: '--help', words: ['--agent_port', 'PROXY_PORT'] },
    { program: 'proxy', flag: '-h', words: ['--agent_port'] },
    { program: 'proxy', flag: '--usage', words: ['--agent_port'] },
    { program: 'agent', flag: '--help', words: ['--proxy', 'AGENT_CONFIG'] },
    { program: 'agent', flag: '-u', words: ['--proxy'] },
  ] as const)('prints what can be set: $program $flag', async ({ program, flag, words }) => {
    const process = startOurProgram(stage, program, [flag]);

    expect(await process.waitForExit(10_000)).toEqual({ code: 0, signal: null });
    for (const word of words) expect(process.output).toContain(word);
  });

  it.each([
    {
      program: 'proxy',
      args: ['--port', '0'],
      code: 1,
      line: /^proxy\.http\.port \(--port\): "0" is not allowed/m,
    },
    { program: 'proxy', args: ['--port', '8081'], code: 0, line: /^proxy\.http\.port = 8081 +# --port$/m },
    { program: 'agent', args: [], code: 1, line: /--config/ },
    {
      program: 'agent',
      args: ['--proxy', 'a:1'],
      code: 0,
      line: /^agent\.proxy\.hostname = "a:1" +# --proxy$/m,
    },
  ] as const)('checks the configuration, and ends: $program $args', async ({ program, args, code, line }) => {
    const process = startOurProgram(stage, program, ['--check-config', ...args]);

    expect(await process.waitForExit(10_000)).toEqual({ code, signal: null });
    expect(process.output).toMatch(line);
  });

  it.each([
    { program: 'proxy', flag: '--version' },
    { program: 'agent', flag: '-v' },
  ] as const)('prints its version: $program $flag', async ({ program, flag }) => {
    const process = startOurProgram(stage, program, [flag]);

    expect(await process.waitForExit(10_000)).toEqual({ code: 0, signal: null });
    expect(process.output).toMatch(/\d+\.\d+\.\d+/);
  });
});

describe('a program that does not start', () => {
  const stage = stagePerTest();
  /** Node.js then fails to load any file that the framework is in. */
  const withoutNest = `--import=data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      const loaded = next(url, context);
      if (Buffer.from(loaded.source ?? '').includes('new NestFactoryStatic()')) throw new Error('loads Nest');
      return loaded;
    } });`)}`;
  const exitOf = async (program: 'proxy' | 'agent', args: readonly string[]) => {
    const process = startOurProgram(stage, program, args, { env: { NODE_OPTIONS: withoutNest } });
    const { code } = await process.waitForExit(10_000);
    return { code, isLoaded: process.output.includes('loads Nest') };
  };

  it.each([
    ['proxy', ['--version'], 0],
    ['proxy', ['--check-config'], 0],
    ['proxy', ['--port', '0'], 1],
    ['agent', ['--help'], 0],
    ['agent', ['--check-config', '--proxy', 'a:1'], 0],
    ['agent', ['doctor', '--help'], 0],
    ['agent', [], 1],
  ] as const)('loads no framework: %s %j', async (program, args, code) => {
    expect(await exitOf(program, args)).toEqual({ code, isLoaded: false });
  });

  it.each([
    ['proxy', []],
    ['agent', ['--proxy', 'a:1']],
  ] as const)('is told from one that starts: %s %j', async (program, args) => {
    expect(await exitOf(program, args)).toEqual({ code: 1, isLoaded: true });
  });
});

async function opensOneOf(process: Program, ports: readonly number[]): Promise<boolean> {
  while (process.isRunning) {
    for (const port of ports) {
      if (await acceptsConnections(port)) return true;
    }
  }
  return false;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}
