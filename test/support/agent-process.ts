import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type OurProgramOptions, startOurProgram, stopCleanly } from './our-program.js';
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
  /** 127.0.0.1 unless given. */
  readonly proxyHost?: string;
  readonly name?: string;
  /** May depend on the port of the agent's own metrics. */
  readonly paths: readonly AgentPath[] | ((metricsPort: number) => readonly AgentPath[]);
  /** More of what stands under `agent` in the config file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Where its config file is written; a folder of its own unless given. */
  readonly configFile?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How else the process runs. */
  readonly run?: OurProgramOptions;
}

/** The built agent as a process, with its metrics on. It dials until it is stopped. */
export class AgentProcess {
  readonly metricsPort: number;
  readonly #settings: AgentSettings;
  readonly #configFile: string;
  readonly #stage: Stage;
  readonly #args: readonly string[];
  readonly #run: OurProgramOptions;
  #program: Program;

  private constructor(stage: Stage, metricsPort: number, configFile: string, settings: AgentSettings) {
    this.#stage = stage;
    this.metricsPort = metricsPort;
    this.#configFile = configFile;
    this.#settings = settings;
    this.#args = ['--config', configFile, ...(settings.args ?? [])];
    this.#run = { ...settings.run, ...(settings.env && { env: settings.env }) };
    this.#program = this.#spawn();
  }

  /** Start an agent and wait until its metrics port is open; its paths may not be registered yet. */
  static async start(stage: Stage, settings: AgentSettings): Promise<AgentProcess> {
    const metricsPort = await freePort();
    const configFile = settings.configFile ?? join(await stage.tempDir(), 'agent.conf');
    await writeFile(configFile, configText(settings, metricsPort));
    const agent = new AgentProcess(stage, metricsPort, configFile, settings);
    await agent.#waitUntilOpen();
    return agent;
  }

  /** Its config file as it would be with other settings, for a test to put in its place. */
  configText(changes: Partial<AgentSettings>): string {
    return configText({ ...this.#settings, ...changes }, this.metricsPort);
  }

  /** Write its config file anew while it runs. */
  configure(changes: Partial<AgentSettings>): Promise<void> {
    return writeFile(this.#configFile, this.configText(changes));
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
    return startOurProgram(this.#stage, 'agent', this.#args, this.#run);
  }

  #waitUntilOpen(): Promise<void> {
    return this.#program.waitForPorts([this.metricsPort]);
  }
}

const configText = (settings: AgentSettings, metricsPort: number): string =>
  JSON.stringify({ agent: agentBlock(settings, metricsPort) });

function agentBlock(settings: AgentSettings, metricsPort: number): Record<string, unknown> {
  const paths = typeof settings.paths === 'function' ? settings.paths(metricsPort) : settings.paths;
  return {
    name: settings.name ?? 'edge-1',
    proxy: { hostname: settings.proxyHost ?? '127.0.0.1', port: settings.proxyPort },
    metrics: { enabled: true, port: metricsPort },
    pathConfigs: paths.map(({ path, url, labels }) => ({
      name: path,
      path,
      url,
      labels: labels ?? '{}',
    })),
    ...settings.config,
  };
}
