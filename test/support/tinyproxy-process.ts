import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { Program } from './program.js';
import { findOnPath } from './real-programs.js';
import type { Stage } from './stage.js';

/** The tinyproxy installed on this machine. */
export function findTinyproxy(): string | undefined {
  return findOnPath('tinyproxy')[0];
}

export interface TinyproxySettings {
  /** What has to be presented; all are let through when left out. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Ports it connects on to with CONNECT; all when left out. */
  readonly connectPorts?: readonly number[];
}

/** A real forward proxy. */
export class Tinyproxy {
  private constructor(
    readonly port: number,
    private readonly program: Program,
  ) {}

  /** Start it and wait until it listens. */
  static async start(stage: Stage, { user, connectPorts = [] }: TinyproxySettings = {}): Promise<Tinyproxy> {
    const port = await freePort();
    const file = join(await stage.tempDir(), 'tinyproxy.conf');
    const lines = [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Timeout 600',
      'LogLevel Connect',
      'MaxClients 100',
      ...(user === undefined ? [] : [`BasicAuth ${user.name} ${user.password}`]),
      ...connectPorts.map((allowed) => `ConnectPort ${allowed}`),
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const program = new Program(stage, findTinyproxy() ?? 'tinyproxy', ['-d', '-c', file]);
    await program.waitForPorts([port]);
    return new Tinyproxy(port, program);
  }

  /** The requests it was sent so far, such as `CONNECT db:443 HTTP/1.1`. */
  get requests(): string[] {
    return [...this.program.output.matchAll(/Request \(file descriptor \d+\): (.*)$/gm)].map(
      ([, line = '']) => line,
    );
  }

  /** Its URL, with user and password where it asks for them. */
  url(userInfo = ''): string {
    return `http://${userInfo}127.0.0.1:${this.port}`;
  }
}
