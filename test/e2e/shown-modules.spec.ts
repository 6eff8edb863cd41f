import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HttpTarget } from '../support/http-target.js';
import { type ProgramName, startOurProgram } from '../support/our-program.js';
import { commandsIn } from '../support/page-blocks.js';
import { blocksFor } from '../support/page-checks.js';
import type { Program } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const repository = resolve(import.meta.dirname, '../..');
const COMMAND = /^(?<env>(?:[A-Z_]+=\S+ +)*)prometheus-(?<program>proxy|agent) (?<args>.*)$/;
const commands = blocksFor('modules').flatMap(commandsIn);

const stage = stagePerTest();

it('the commands of the page on modules start programs that work', async () => {
  const inventory = await HttpTarget.start(stage, {
    '/hosts': answers('[{"name":"db1","address":"db1:9100"}]'),
  });
  const ports: { http: number; agent: number }[] = [];

  for (const command of commands) {
    expect(command).toMatch(COMMAND);
    const { env = '', program = '', args = '' } = COMMAND.exec(command)?.groups ?? {};
    const variables = [...env.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
    const given = { http: await freePort(), agent: await freePort(), admin: await freePort() };
    const { http, agent } = ports.at(-1) ?? given;
    const here = args.replace('--proxy localhost', `--proxy 127.0.0.1:${agent}`).split(/ +/);
    const flags = program === 'proxy' ? ['--port', given.http, '--agent_port', given.agent] : [];
    const started = start(program as ProgramName, [...here, ...flags, '--admin'], {
      ...Object.fromEntries(variables),
      ...(program === 'agent' && { INVENTORY_URL: inventory.url('/hosts') }),
      ADMIN_PORT: String(given.admin),
    });
    const isReady = async (): Promise<boolean> =>
      !started.isRunning || (await statusOf(`http://127.0.0.1:${given.admin}/readyz`)) === 200;
    await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
    expect(started.isRunning, started.output).toBe(true);
    if (program === 'proxy') ports.push(given);
    else expect(await statusOf(`http://127.0.0.1:${http}/inventory/db1`)).toBe(401);
  }

  expect(commands).toHaveLength(3);
});

function start(program: ProgramName, args: readonly unknown[], env: Record<string, string>): Program {
  return startOurProgram(stage, program, args.map(String), {
    cwd: repository,
    env: { AUDIT_LOG: '/dev/null', ...env },
  });
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.status ?? 0;
}
