import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.js';

/** How a process ended: by itself with a code, or by a signal. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  /** Added to PATH, HOME and TMPDIR; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A file that standard output goes to; it is collected when left out. */
  readonly stdoutFile?: string;
}

const MAX_OUTPUT_CHARS = 4 * 1024 * 1024;

/** A program running as a process of its own, killed at the latest when its stage is cleared. */
export class Program {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<ExitStatus>;
  #output = '';
  #status: ExitStatus | undefined;

  constructor(stage: Stage, command: string, args: readonly string[], options: ProgramOptions = {}) {
    this.#name = [command, ...args].join(' ');
    const { stdoutFile } = options;
    const stdout = stdoutFile === undefined ? 'pipe' : openSync(stdoutFile, 'w');
    this.#process = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...inheritedEnvironment(), ...options.env },
      stdio: ['ignore', stdout, 'pipe'],
    });
    if (typeof stdout === 'number') closeSync(stdout);
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#collect(text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#collect(text));
    this.#exited = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => {
        this.#status = { code, signal };
        resolve(this.#status);
      });
    });
    this.#exited.catch(() => {});
    stage.atEnd(() => this.kill());
  }

  get isRunning(): boolean {
    return this.#status === undefined;
  }

  /** Everything written to stdout and stderr so far, in order of arrival. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Wait for the end of the process. @throws when it still runs after `withinMs`. */
  async waitForExit(withinMs: number): Promise<ExitStatus> {
    const limit = new AbortController();
    const late = sleep(withinMs, undefined, { signal: limit.signal }).then(
      () => undefined,
      () => undefined,
    );
    const status = await Promise.race([this.#exited, late]).finally(() => limit.abort());
    if (!status) throw this.#failure(`still runs after ${withinMs} ms`);
    return status;
  }

  /** Wait until all `ports` accept connections. @throws when the process ends first, or after `withinMs`. */
  async waitForPorts(ports: readonly number[], withinMs = 60_000): Promise<void> {
    const givenUpAt = performance.now() + withinMs;
    for (const port of ports) {
      while (!(await acceptsConnections(port))) {
        if (!this.isRunning) throw this.#failure(`ended before it opened port ${port}`);
        if (performance.now() > givenUpAt) throw this.#failure(`did not open port ${port}`);
        await sleep(20);
      }
    }
  }

  /** End the process without a chance to clean up, and wait until it is gone. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.#process.kill('SIGKILL');
    await this.#exited.catch(() => undefined);
  }

  #collect(text: string): void {
    this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARS);
  }

  #failure(what: string): Error {
    return new Error(`${this.#name} ${what}; its last output:\n${this.#output.slice(-4_000)}`);
  }
}

/** Whether something listens on this port of the loopback interface. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
