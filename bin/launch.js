/**
 * Starts a program of this package with the Node.js, the V8 flags and the environment it wants. Runs under Node.js 18 and later,
 * so that the commands work where the system's own Node.js is too old for the programs.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Of the Node.js that the programs need. */
export const MIN_NODE_MAJOR = 24;

/**
 * What V8 is told in a process that passes bytes on: small pauses, a small heap that is not collected for the sake of the
 * bytes that pass, what compiling took given back at once, and compiled code that outlives a pause between scrapes
 * (docs/decisions/0007-v8-flags.md).
 *
 * @param {string} [version] - of the Node.js that is started
 */
export function v8Flags(version = process.versions.node) {
  const keepCode =
    Number.parseInt(version, 10) < 26 ? '--no-memory-reducer-favors-memory' : '--no-memory-reducer';
  return [
    '--single-threaded-gc',
    '--max-semi-space-size=8',
    '--heap-growing-percent=100',
    '--no-maglev-destroy-on-background',
    keepCode,
  ];
}

/**
 * This process's environment, and in it what glibc is told: one pool of memory for all threads. Else each that compiled once keeps
 * what that took, and a program holds 10 to 20 MB more (docs/decisions/0007-v8-flags.md).
 */
export function programEnvironment() {
  return { MALLOC_ARENA_MAX: '1', ...process.env };
}

/** In the environment of a program that ends when the process that started it, over an IPC channel, is gone. */
export const LAUNCHED = 'PROMETHEUS_PROXY_LAUNCHED';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Become the program `name`, or run it as a child where this Node.js is too old.
 *
 * @param {'proxy' | 'agent'} name
 */
export async function launch(name) {
  const main = join(packageFolder, 'dist', 'bundle', `${name}.js`);
  if (!existsSync(main)) return fail(`${main} is missing: build it with 'npm run build'`);
  if (!isModern(process.versions.node)) {
    // What only this takes would stay in the memory of the program.
    const { runUnderPackagedNode } = await import('./packaged-node.js');
    return runUnderPackagedNode();
  }
  replaceProcess();
  endWithLauncher();
  await import(pathToFileURL(main).href);
}

/** Print a sentence and leave with status 1. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Whether the programs run on this version of Node.js. */
export function isModern(version) {
  return Number.parseInt(version, 10) >= MIN_NODE_MAJOR;
}

/** The same process with the flags and the environment that are not given yet; does nothing when all are, or where it cannot. */
function replaceProcess() {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].map(flagName);
  const missing = v8Flags().filter((flag) => !given.includes(flagName(flag)));
  const hasEnvironment = Object.keys(programEnvironment()).every((name) => name in process.env);
  if ((missing.length === 0 && hasEnvironment) || process.execve === undefined) return;
  const args = [process.execPath, ...missing, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, programEnvironment());
}

/** The same whether it is switched on or off. */
function flagName(flag) {
  return flag
    .split('=')[0]
    .replaceAll('_', '-')
    .replace(/^--no-/, '--');
}

/** A launcher that was killed outright cannot pass the signal on; its channel closes instead. */
function endWithLauncher() {
  if (process.env[LAUNCHED] === undefined || process.channel === undefined) return;
  delete process.env[LAUNCHED];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
