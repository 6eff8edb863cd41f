import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { startOurProgram, stopCleanly } from './our-program.js';
import type { Program } from './program.js';
import type { Stage } from './stage.js';

export interface AgentPath {
  readonly path: string;
  readonly url: string;
  /** A JSON object as text. */
  readonly labels?: string;
}

export interface AgentSettings {
  /** Where the proxy listens for agents, or where a relay in front of it does. */
  readonly proxyPort: number;
  readonly name?: string;
  readonly paths: readonly AgentPath[];
  /** More of what stands under `agent` in the config file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The built agent as a process, with its metrics on. It dials until it is stopped. */
export class AgentProcess {
  readonly metricsPort: number;
  readonly #stage: Stage;
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #program: Program;

  private constructor(
    stage: Stage,
    metricsPort: number,
    args: readonly string[],
    env: Record<string, string>,
  ) {
    this.#stage = stage;
    this.metricsPort = metricsPort;
    this.#args = args;
    this.#env = env;
    this.#program = this.#spawn();
  }

  /** Start an agent and wait until its metrics port is open; its paths may not be registered yet. */
  static async start(stage: Stage, settings: AgentSettings): Promise<AgentProcess> {
    const metricsPort = await freePort();
    const configFile = join(await stage.tempDir(), 'agent.conf');
    await writeFile(configFile, JSON.stringify({ agent: agentBlock(settings, metricsPort) }));
    const args = ['--config', configFile, ...(settings.args ?? [])];
    const agent = new AgentProcess(stage, metricsPort, args, { ...settings.env });
    await agent.#waitUntilOpen();
    return agent;
  }

  get program(): Program {
    return this.#program;
  }

  /** SIGTERM, and check exit code 0 in time. */
  stop(withinMs = 8_000): Promise<number> {
    return stopCleanly(this.#program, withinMs);
  }

  /** Start the same agent again, after it ended. */
  async startAgain(): Promise<void> {
    this.#program = this.#spawn();
    await this.#waitUntilOpen();
  }

  #spawn(): Program {
    return startOurProgram(this.#stage, 'agent', this.#args, { env: this.#env });
  }

  #waitUntilOpen(): Promise<void> {
    return this.#program.waitForPorts([this.metricsPort]);
  }
}

function agentBlock(settings: AgentSettings, metricsPort: number): Record<string, unknown> {
  return {
    name: settings.name ?? 'edge-1',
    proxy: { hostname: '127.0.0.1', port: settings.proxyPort },
    metrics: { enabled: true, port: metricsPort },
    pathConfigs: settings.paths.map(({ path, url, labels }) => ({
      name: path,
      path,
      url,
      labels: labels ?? '{}',
    })),
    ...settings.config,
  };
}
