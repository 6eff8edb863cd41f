import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MergedTargets } from '../paths/discovery/merged-targets.js';
import { TargetClient } from '../scrape/target-client.js';
import { ProxyConnections } from './proxy-connections.js';
import { settlesWithin } from './settles-within.js';

/** How long sources of targets may take before the first proxy is dialled, in milliseconds. */
const TARGETS_HEAD_START_MS = 5_000;
/** How long scrapes in flight may take when the agent leaves, in milliseconds. */
const DRAIN_GRACE_MS = 5_000;

/** Begins to dial when the agent has started and knows its targets, and leaves the proxies in good order before it ends. */
@Injectable()
export class ConnectionLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly connections: ProxyConnections,
    private readonly sources: MergedTargets,
    private readonly targets: TargetClient,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await settlesWithin(this.sources.start(), TARGETS_HEAD_START_MS);
    this.connections.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.sources.stop();
    await this.connections.drain(DRAIN_GRACE_MS);
    await this.targets.close();
  }
}
