/** The processes of the quick start: started together, ended together. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { LAUNCHED, programEnvironment } from '../launch.js';

const STOP_LIMIT_MS = 15_000;

export class Crew {
  /** The last one added is the first. */
  #members = [];
  #isStopping = false;
  #onLoss;

  /** @param {(message: string) => void} onLoss called once, when a member ends by itself */
  constructor(onLoss) {
    this.#onLoss = onLoss;
  }

  /** Start a member; what it writes appears on standard error behind its name. */
  add(name, command, args) {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...programEnvironment(), [LAUNCHED]: '1' },
      // In a session of its own: Ctrl-C reaches the quick start alone, which ends its members in order.
      detached: true,
    });
    const ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (status, signal) => resolve(signal ?? `status ${status}`));
    });
    for (const input of [child.stdout, child.stderr]) relay(input, name);
    void ended.then((how) => this.#lost(name, how));
    this.#members.unshift({ name, child, ended });
  }

  /** End all members, the last one first; answers whether each left cleanly and in time. */
  async stop() {
    this.#isStopping = true;
    let isClean = true;
    for (const member of this.#members) {
      isClean = (await stopOne(member)) && isClean;
    }
    return isClean;
  }

  /** End all members at once. */
  kill() {
    this.#isStopping = true;
    for (const { child } of this.#members) child.kill('SIGKILL');
  }

  #lost(name, how) {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#onLoss(`the ${name} ended by itself (${how})`);
  }
}

async function stopOne({ name, child, ended }) {
  child.kill('SIGTERM');
  const late = setTimeout(() => {
    process.stderr.write(`the ${name} did not leave within ${STOP_LIMIT_MS / 1000} s and is killed\n`);
    child.kill('SIGKILL');
  }, STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
  return child.exitCode === 0;
}

function relay(input, name) {
  createInterface({ input }).on('line', (line) => process.stderr.write(`${name} | ${line}\n`));
}
