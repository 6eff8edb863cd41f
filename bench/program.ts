import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ticks of `/proc/<pid>/stat` in a second, on every Linux that Node.js runs on. */
const TICKS_PER_SEC = 100;
const STOP_LIMIT_MS = 15_000;
const KEPT_OUTPUT_CHARS = 8_000;

/** A program that is measured, as a process of its own. Whoever starts it stops it. */
export class Program {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #command: string;
  readonly #exited: Promise<void>;
  #output = '';
  #isRunning = true;

  constructor(name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.name = name;
    const [file = '', ...args] = command;
    this.#command = command.join(' ');
    this.#process = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS);
      });
    }
    const kill = (): void => void this.#process.kill('SIGKILL');
    // However the measuring ends, also by a bug: nothing is left running.
    process.once('exit', kill);
    this.#exited = new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', (error) => {
        this.#output += error.message;
        resolve();
      });
    }).then(() => {
      this.#isRunning = false;
      process.removeListener('exit', kill);
    });
  }

  /** Processor time used since the start, in user and kernel mode, in seconds. */
  get cpuSecs(): number {
    const afterName = this.#read('stat').split(') ')[1] ?? '';
    const [user, system] = afterName.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / TICKS_PER_SEC;
  }

  /** Resident memory, in MB of 2^20 bytes. */
  get rssMb(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(this.#read('status'))?.[1]) / 1024;
  }

  /** Resolves with the milliseconds it took until `port` accepted a connection. @throws when that takes too long */
  async listening(port: number, limitMs = 60_000): Promise<number> {
    const startedAt = performance.now();
    while (!(await isOpen(port))) {
      this.assertRunning();
      if (performance.now() - startedAt > limitMs) throw this.#failure(`did not open port ${port}`);
      await sleep(5);
    }
    return performance.now() - startedAt;
  }

  /** Resolves when it has printed `words`. @throws when that takes too long */
  async printed(words: string, limitMs: number): Promise<void> {
    const givenUpAt = performance.now() + limitMs;
    while (!this.#output.includes(words)) {
      this.assertRunning();
      if (performance.now() > givenUpAt) throw this.#failure(`did not print "${words}" in ${limitMs} ms`);
      await sleep(50);
    }
  }

  /** @throws with its last output when it has ended */
  assertRunning(): void {
    if (!this.#isRunning) throw this.#failure('ended');
  }

  /** End it with SIGTERM, and with SIGKILL when that does not help. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#process.kill('SIGTERM');
    const limit = setTimeout(() => this.#process.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#exited;
    clearTimeout(limit);
  }

  #read(file: string): string {
    this.assertRunning();
    return readFileSync(`/proc/${this.#process.pid}/${file}`, 'utf8');
  }

  #failure(what: string): Error {
    return new Error(`${this.name} ${what} (${this.#command}); its last output:\n${this.#output}`);
  }
}

/** Ports of the loopback interface that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
