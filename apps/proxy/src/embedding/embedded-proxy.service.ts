import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { HostedRun, hostLogger } from '@app/operations';
import { type RunningProxy, startProxy } from '../bootstrap.js';
import { type ProxyModuleOptions, type ReadyProxy, readProxySetup } from './proxy-setup.js';

/**
 * One proxy inside a host application. Its ports open when the host starts and close when it ends: scrapes in flight
 * finish, agents are released. Nothing of it is shared with another proxy or with the host.
 */
export class EmbeddedProxy implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #setup: ProxyModuleOptions;
  readonly #ready: ReadyProxy;
  readonly #run = new HostedRun('proxy', () => this.#start());

  /** @throws {SettingsError} when any setting is wrong */
  constructor(setup: ProxyModuleOptions) {
    this.#setup = setup;
    this.#ready = readProxySetup(setup);
  }

  /**
   * Where it listens.
   *
   * @throws {Error} before the host has started and after it has ended
   */
  get started(): RunningProxy {
    return this.#run.started;
  }

  /** Resolves when all ports are open; rejects, naming the option, when one cannot be had. Called by the host. */
  onApplicationBootstrap(): Promise<void> {
    return this.#run.begin();
  }

  /** Called by the host; also ends a proxy that is still starting. */
  beforeApplicationShutdown(): Promise<void> {
    return this.#run.end();
  }

  async #start(): Promise<RunningProxy> {
    const { options, notices, modules } = this.#ready;
    const { logLevel: level, limits } = options;
    const { maxLogLinesPerSec: maxLinesPerSec } = limits;
    const logger = this.#setup.logger ?? hostLogger({ program: 'prometheus-proxy', level, maxLinesPerSec });
    notices.forEach((notice) => logger.warn(notice));
    return startProxy(options, logger, this.#setup.source, modules);
  }
}
