/**
 * Starts a program of this package with the Node.js and the V8 flags it wants. Runs under Node.js 18 and later,
 * so that the commands work where the system's own Node.js is too old for the programs.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MIN_NODE_MAJOR = 24;

/**
 * What V8 is told in a process that passes bytes on: small pauses, a small heap that is not collected for the sake of the
 * bytes that pass, and compiled code that outlives a pause between scrapes (docs/decisions/0007-v8-flags.md).
 *
 * @param {string} [version] - of the Node.js that is started
 */
export function v8Flags(version = process.versions.node) {
  const keepCode =
    Number.parseInt(version, 10) < 26 ? '--no-memory-reducer-favors-memory' : '--no-memory-reducer';
  return ['--single-threaded-gc', '--max-semi-space-size=8', '--heap-growing-percent=100', keepCode];
}

const FORWARDED_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

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
  if (!isModern(process.versions.node)) return runUnderPackagedNode();
  replaceProcessWithFlags();
  endWithLauncher();
  await import(pathToFileURL(main).href);
}

/**
 * The Node.js to start programs with, as `{ path, version }`: the running one when it is new enough, else the one that was
 * installed beside this package; undefined when there is neither.
 */
export function findNode() {
  if (isModern(process.versions.node)) return { path: process.execPath, version: process.versions.node };
  const binary = `node-${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`${binary}/package.json`);
    const path = join(dirname(manifest), 'bin', 'node');
    return existsSync(path) ? { path, version: require(manifest).version } : undefined;
  } catch {
    return undefined;
  }
}

/** What to say where {@link findNode} finds none. */
export function missingNode() {
  return (
    `Node.js ${MIN_NODE_MAJOR} or later is needed, and this is ${process.version}. ` +
    `Install it, or let 'npm ci' bring it: do not omit optional dependencies (Linux, x64 or arm64, glibc)`
  );
}

/** Print a sentence and leave with status 1. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function isModern(version) {
  return Number.parseInt(version, 10) >= MIN_NODE_MAJOR;
}

/** The same process with the flags that are not given yet; does nothing when all are, or where it cannot. */
function replaceProcessWithFlags() {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].map(flagName);
  const missing = v8Flags().filter((flag) => !given.includes(flagName(flag)));
  if (missing.length === 0 || process.execve === undefined) return;
  const args = [process.execPath, ...missing, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, process.env);
}

function flagName(flag) {
  return flag.split('=')[0].replaceAll('_', '-');
}

/** A launcher that was killed outright cannot pass the signal on; its channel closes instead. */
function endWithLauncher() {
  if (process.env[LAUNCHED] === undefined || process.channel === undefined) return;
  delete process.env[LAUNCHED];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

function runUnderPackagedNode() {
  const node = findNode();
  if (node === undefined) return fail(missingNode());
  const child = spawn(node.path, [...v8Flags(node.version), ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [LAUNCHED]: '1' },
    // In a session of its own, or a terminal would send Ctrl-C to both and the child would see it twice.
    detached: true,
  });
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node.path}: ${error.message}. ${missingNode()}`));
  child.on('exit', endAs);
}

/** Leave as the child left: with its status, or by its signal. */
function endAs(status, signal) {
  if (signal === null) process.exit(status);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + constants.signals[signal]), 1000);
}
