/** The Node.js that is installed beside this package, for where the running one is too old for the programs. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fail, isModern, LAUNCHED, MIN_NODE_MAJOR, programEnvironment, v8Flags } from './launch.js';

const FORWARDED_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

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

/** Run the same command as a child, under that Node.js, and end as it ends. */
export function runUnderPackagedNode() {
  const node = findNode();
  if (node === undefined) return fail(missingNode());
  const child = spawn(node.path, [...v8Flags(node.version), ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...programEnvironment(), [LAUNCHED]: '1' },
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
