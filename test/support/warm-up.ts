import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { Program } from './program.js';
import { Stage } from './stage.js';

const REPOSITORY = new URL('../../', import.meta.url);
const COMPILED = fileURLToPath(new URL('.cache/compiled', REPOSITORY));
const LIMIT_MS = 60_000;

/**
 * Before the first test of the built programs: run each once, and end it in order, which is when Node.js writes down
 * what it compiled. Those that the tests kill write nothing.
 */
export default async function warmUp(): Promise<void> {
  if (existsSync(COMPILED)) return;
  const stage = new Stage();
  try {
    const [http, agent, metrics] = [await freePort(), await freePort(), await freePort()].map(String);
    const ports = ['--port', http!, '--agent_port', agent!, '--metrics', '--metrics_port', metrics!];
    await runOnce(stage, 'proxy', ports, Number(http));
    const metricsOfAgent = await freePort();
    const link = ['--proxy', `127.0.0.1:${agent}`, '--metrics', '--metrics_port', String(metricsOfAgent)];
    await runOnce(stage, 'agent', link, metricsOfAgent);
  } finally {
    await stage.clear();
  }
}

async function runOnce(stage: Stage, name: string, args: readonly string[], port: number): Promise<void> {
  const main = fileURLToPath(new URL(`dist/apps/${name}/src/main.js`, REPOSITORY));
  const env = { NODE_COMPILE_CACHE: COMPILED };
  const program = new Program(stage, process.execPath, [main, ...args], { env });
  await program.waitForPorts([port], LIMIT_MS);
  program.signal('SIGTERM');
  await program.waitForExit(LIMIT_MS);
}
