import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type OurProgramOptions, startOurProgram, stopCleanly } from './our-program.js';
import type { Program } from './program.js';
import type { Stage } from './stage.js';

export interface ProxyPorts {
  readonly http: number;
  readonly agent: number;
  readonly metrics: number;
}

export interface ProxySettings {
  /** What stands under `proxy` in the config file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A configuration from elsewhere, in place of a file of its own. */
  readonly configUrl?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How else the process runs. */
  readonly run?: OurProgramOptions;
}

/** The built proxy as a process, with its metrics on, on ports of its own. */
export class ProxyProcess {
  readonly ports: ProxyPorts;
  readonly #configFile: string;
  readonly #stage: Stage;
  readonly #args: readonly string[];
  readonly #run: OurProgramOptions;
  #program: Program;

  private constructor(
    stage: Stage,
    ports: ProxyPorts,
    configFile: string,
    args: readonly string[],
    run: OurProgramOptions,
  ) {
    this.#stage = stage;
    this.#configFile = configFile;
    this.ports = ports;
    this.#args = args;
    this.#run = run;
    this.#program = this.#spawn();
  }

  /** Start a proxy and wait until its ports are open. */
  static async start(stage: Stage, settings: ProxySettings = {}): Promise<ProxyProcess> {
    const ports = { http: await freePort(), agent: await freePort(), metrics: await freePort() };
    const configFile = join(await stage.tempDir(), 'proxy.conf');
    await writeFile(configFile, JSON.stringify({ proxy: proxyBlock(settings.config) }));
    const args = [
      '--config',
      settings.configUrl ?? configFile,
      ...portFlags(ports),
      ...(settings.args ?? []),
    ];
    const proxy = new ProxyProcess(stage, ports, configFile, args, {
      ...settings.run,
      ...(settings.env && { env: settings.env }),
    });
    await proxy.#waitUntilOpen();
    return proxy;
  }

  get program(): Program {
    return this.#program;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.ports.http}/${path}`;
  }

  /** Write its config file anew while it runs: what stands under `proxy`, or the whole text. */
  async configure(config: Readonly<Record<string, unknown>> | string): Promise<void> {
    await writeFile(
      this.#configFile,
      typeof config === 'string' ? config : JSON.stringify({ proxy: config }),
    );
  }

  /** SIGTERM, and check exit code 0 in time. */
  stop(withinMs = 12_000): Promise<number> {
    return stopCleanly(this.#program, withinMs);
  }

  /** Start the same proxy again, after it ended, on the same ports. */
  async startAgain(): Promise<void> {
    this.#program = this.#spawn();
    await this.#waitUntilOpen();
  }

  #spawn(): Program {
    return startOurProgram(this.#stage, 'proxy', this.#args, this.#run);
  }

  #waitUntilOpen(): Promise<void> {
    return this.#program.waitForPorts([this.ports.agent, this.ports.http, this.ports.metrics]);
  }
}

/** Scrapes of one path at once stand for as many fetches, unless a test is about the opposite. */
function proxyBlock(config: ProxySettings['config'] = {}): Record<string, unknown> {
  const http = config['http'] as Record<string, unknown> | undefined;
  return { ...config, http: { shareIdenticalScrapes: false, ...http } };
}

function portFlags(ports: ProxyPorts): string[] {
  const values = { '--port': ports.http, '--agent_port': ports.agent, '--metrics_port': ports.metrics };
  return ['--metrics', ...Object.entries(values).flatMap(([flag, port]) => [flag, String(port)])];
}
