import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HttpTarget } from '../support/http-target.js';
import { acceptsConnections, Program } from '../support/program.js';
import { findOnPath } from '../support/real-programs.js';
import { stagePerTest } from '../support/stage.js';

const script = fileURLToPath(new URL('../../bin/quickstart.js', import.meta.url));
const prometheus = findOnPath('prometheus')[0];

describe('the quick start', () => {
  const stage = stagePerTest();
  let ports: { http: number; agent: number; admin: number; metrics: number };

  beforeEach(async () => {
    ports = {
      http: await freePort(),
      agent: await freePort(),
      admin: await freePort(),
      metrics: await freePort(),
    };
  });

  it('scrapes the agent and a named target through the tunnel, and ends both on Ctrl-C', async () => {
    const target = await HttpTarget.start(stage, {
      '/metrics': (_request, response) => {
        response.setHeader('Content-Type', 'text/plain; version=0.0.4').end('answer 42\n');
      },
    });

    const quickstart = start('--target', `answers=${target.url('/metrics')}`);
    await isReady(quickstart);

    const page = await (await fetch(`http://127.0.0.1:${ports.http}/answers`)).text();
    expect(page).toBe('answer 42\n');
    expect(quickstart.output).toContain(
      `Scraped through the tunnel, http://127.0.0.1:${ports.http}/agent:\n  agent_`,
    );
    expect(quickstart.output).toContain(`  →  ${target.url('/metrics')}  (200, 1 lines)`);
    expect(quickstart.output).toContain(`targets: ['127.0.0.1:${ports.http}']`);
    expect(await statusOf(`http://127.0.0.1:${ports.admin}/readyz`)).toBe(200);
    expect(await statusOf(`http://127.0.0.1:${ports.metrics}/metrics`)).toBe(200);

    quickstart.signal('SIGINT');

    expect(await quickstart.waitForExit(20_000)).toEqual({ code: 0, signal: null });
    expect(await openPorts()).toEqual([]);
  });

  it('names the flag of each port that is taken, and starts nothing', async () => {
    await occupy(ports.http);
    await occupy(ports.metrics);

    const quickstart = start();

    expect((await quickstart.waitForExit(20_000)).code).toBe(1);
    expect(quickstart.output).toBe(
      `quickstart: port ${ports.http} is taken: choose another with --port\n` +
        `port ${ports.metrics} is taken: choose another with --metrics-port\n`,
    );
  });

  it.each(['proxy', 'agent'])('says so, ends the rest and leaves with 1 when the %s dies', async (name) => {
    const quickstart = start();
    await isReady(quickstart);

    process.kill(childOf(quickstart, `bin/${name}.js`), 'SIGKILL');

    expect((await quickstart.waitForExit(20_000)).code).toBe(1);
    expect(quickstart.output).toContain(`quickstart: the ${name} ended by itself (SIGKILL)\n`);
    expect(await openPorts()).toEqual([]);
  });

  it.each([
    ['--target', 'node', '--target is name=url'],
    ['--target', 'agent=http://127.0.0.1:1/', `the name 'agent' is taken`],
    ['--agent-port', '70000', '--agent-port is a port'],
    ['--frob', 'x', `Unknown option '--frob'`],
  ])('refuses %s %s in a sentence', async (flag, value, words) => {
    const quickstart = start(flag, value);

    expect((await quickstart.waitForExit(20_000)).code).toBe(1);
    expect(quickstart.output).toContain(words);
    expect(quickstart.output).not.toContain('    at ');
  });

  it('says so when Prometheus is asked for and not installed', async () => {
    const quickstart = new Program(stage, process.execPath, [script, '--prometheus'], {
      env: { PATH: '/nowhere' },
    });

    expect((await quickstart.waitForExit(20_000)).code).toBe(1);
    expect(quickstart.output).toBe('quickstart: --prometheus: there is no prometheus on PATH\n');
  });

  describe.skipIf(!prometheus)(
    prometheus ? 'with Prometheus' : 'with Prometheus, which is not on PATH',
    () => {
      it('has it scrape through the tunnel, and ends it too', async () => {
        const prometheusPort = await freePort();

        const quickstart = start('--prometheus', '--prometheus-port', String(prometheusPort));
        await isReady(quickstart);

        expect(quickstart.output).toContain(
          `Prometheus scrapes all of it: http://127.0.0.1:${prometheusPort}/targets`,
        );
        expect(await statusOf(`http://127.0.0.1:${prometheusPort}/api/v1/targets`)).toBe(200);
        quickstart.signal('SIGTERM');
        expect(await quickstart.waitForExit(20_000)).toEqual({ code: 0, signal: null });
        expect(await acceptsConnections(prometheusPort)).toBe(false);
      });
    },
  );

  function start(...args: string[]): Program {
    const { http, agent, admin, metrics } = ports;
    const flags = { '--port': http, '--agent-port': agent, '--admin-port': admin, '--metrics-port': metrics };
    const given = Object.entries(flags).flatMap(([flag, port]) => [flag, String(port)]);
    return new Program(stage, process.execPath, [script, ...given, ...args]);
  }

  async function openPorts(): Promise<number[]> {
    const all = Object.values(ports);
    const areOpen = await Promise.all(all.map((port) => acceptsConnections(port)));
    return all.filter((_, index) => areOpen[index]);
  }

  async function occupy(port: number): Promise<void> {
    const server = createServer();
    stage.atEnd(() => void server.close());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  }
});

async function isReady(quickstart: Program): Promise<void> {
  const isDone = (): boolean => !quickstart.isRunning || quickstart.output.includes('Press Ctrl-C to stop.');
  await expect.poll(isDone, { timeout: 50_000 }).toBe(true);
  expect(quickstart.isRunning, quickstart.output).toBe(true);
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

/** The process that `parent` started with this script. */
function childOf(parent: Program, name: string): number {
  const children = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name));
  return Number(found);
}
