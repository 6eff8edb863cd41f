import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { Program } from './program.js';
import { findOnPath } from './real-programs.js';
import type { Stage } from './stage.js';

/** The nginx installed on this machine. */
export function findNginx(): string | undefined {
  return [...findOnPath('nginx'), ...findOnPath('../sbin/nginx')][0];
}

/** A real nginx in front of a proxy's agent port, in one process. */
export class NginxProcess {
  readonly port: number;
  readonly #stage: Stage;
  readonly #command: readonly [string, ...string[]];
  #program: Program;

  private constructor(stage: Stage, port: number, command: readonly [string, ...string[]]) {
    this.port = port;
    this.#stage = stage;
    this.#command = command;
    this.#program = this.#spawn();
  }

  /**
   * Start it and wait until it listens.
   *
   * @param directives - more lines of its `server` block, such as `grpc_read_timeout 2s;`
   */
  static async start(
    stage: Stage,
    agentPort: number,
    directives: readonly string[] = [],
  ): Promise<NginxProcess> {
    const folder = await stage.tempDir();
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    await writeFile(file, configuration(folder, port, agentPort, directives));
    const nginx = new NginxProcess(stage, port, [findNginx() ?? 'nginx', '-c', file, '-e', 'stderr']);
    await nginx.#program.waitForPorts([port]);
    return nginx;
  }

  get output(): string {
    return this.#program.output;
  }

  /** Kill it and start it again on the same port. */
  async restart(): Promise<void> {
    await this.#program.kill();
    this.#program = this.#spawn();
    await this.#program.waitForPorts([this.port]);
  }

  #spawn(): Program {
    const [command, ...args] = this.#command;
    return new Program(this.#stage, command, args);
  }
}

function configuration(
  folder: string,
  port: number,
  agentPort: number,
  directives: readonly string[],
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  return `
    daemon off;
    master_process off;
    pid ${join(folder, 'nginx.pid')};
    error_log stderr info;
    events {}
    http {
      access_log off;
      ${temporary.join('\n')}
      server {
        listen 127.0.0.1:${port} http2;
        ${directives.join('\n')}
        location / { grpc_pass grpc://127.0.0.1:${agentPort}; }
      }
    }
  `;
}
