import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TargetClient } from '../scrape/target-client.js';
import { ProxyConnections } from './proxy-connections.js';

/** How long scrapes in flight may take when the agent leaves, in milliseconds. */
const DRAIN_GRACE_MS = 5_000;

/** Begins to dial when the agent has started, and leaves the proxies in good order before it ends. */
@Injectable()
export class ConnectionLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly connections: ProxyConnections,
    private readonly targets: TargetClient,
  ) {}

  onApplicationBootstrap(): void {
    this.connections.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.connections.drain(DRAIN_GRACE_MS);
    await this.targets.close();
  }
}
