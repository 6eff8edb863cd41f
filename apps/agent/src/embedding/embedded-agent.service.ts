import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { extension } from '@app/extensions';
import { HostedRun, hostLogger } from '@app/operations';
import { type RunningAgent, startAgent } from '../bootstrap.js';
import { TARGET_SOURCE } from '../extensions/tokens.js';
import { type AgentModuleOptions, type AgentTarget, type ReadyAgent, readAgentSetup } from './agent-setup.js';
import { CodeTargets } from './code-targets.js';

/**
 * One agent inside a host application. It starts with the host and leaves with it: scrapes in flight finish, within a
 * few seconds. Nothing of it is shared with another agent or with the host.
 */
export class EmbeddedAgent implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #setup: AgentModuleOptions;
  readonly #ready: ReadyAgent;
  readonly #targets = new CodeTargets();
  readonly #run = new HostedRun('agent', () => this.#start());

  /**
   * @param name - tells several agents of one host apart; their name at the proxy where the settings give none
   * @throws {SettingsError} when any setting is wrong
   * @throws {TypeError} when a target is
   */
  constructor(setup: AgentModuleOptions, name?: string) {
    this.#setup = setup;
    this.#ready = readAgentSetup(setup, name);
    setup.paths?.forEach((target) => this.#targets.set(target));
  }

  /** Whether a proxy can send it scrapes right now. */
  get isConnected(): boolean {
    return this.#run.current?.isConnected ?? false;
  }

  /** What the host's code has registered, without leading slashes. */
  get paths(): readonly string[] {
    return this.#targets.paths;
  }

  /**
   * Who it is, what it serves and where it listens.
   *
   * @throws {Error} before the host has started and after it has ended
   */
  get started(): RunningAgent {
    return this.#run.started;
  }

  /**
   * Serve a target, in place of what its path stood for; the proxy hears of it at once, or when one is there.
   *
   * @throws {TypeError} when the target cannot be scraped as it is given
   */
  register(target: AgentTarget): void {
    this.#targets.set(target);
  }

  /** Stop serving what the host's code registered under a path. Whether there was anything. */
  unregister(path: string): boolean {
    return this.#targets.remove(path);
  }

  /** Resolves when the agent has begun to dial; whether a proxy answers does not matter. Called by the host. */
  onApplicationBootstrap(): Promise<void> {
    return this.#run.begin();
  }

  /** Called by the host; also ends an agent that is still starting. */
  beforeApplicationShutdown(): Promise<void> {
    return this.#run.end();
  }

  async #start(): Promise<RunningAgent> {
    const { options, notices, modules } = this.#ready;
    const { logLevel: level, limits } = options;
    const { maxLogLinesPerSec: maxLinesPerSec } = limits;
    const logger = this.#setup.logger ?? hostLogger({ program: 'prometheus-agent', level, maxLinesPerSec });
    notices.forEach((notice) => logger.warn(notice));
    const code = { name: this.#targets.name, module: extension(TARGET_SOURCE, this.#targets) };
    return startAgent(options, logger, this.#setup.source, [code, ...modules]);
  }
}
