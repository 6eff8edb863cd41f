import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { ProxyConnections } from '../connection/proxy-connections.js';

const INTERVAL_NAME = 'heartbeat';

/** Looks every `heartbeatCheckPauseMillis` whether a connection needs a heartbeat. */
@Injectable()
export class HeartbeatScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly connections: ProxyConnections,
    @Inject(AGENT_OPTIONS) private readonly options: AgentOptions,
  ) {}

  onApplicationBootstrap(): void {
    const { heartbeatEnabled, heartbeatCheckPauseMillis } = this.options.internal;
    if (heartbeatEnabled) {
      const interval = setInterval(() => this.connections.tick(), heartbeatCheckPauseMillis);
      this.registry.addInterval(INTERVAL_NAME, interval);
    }
  }

  beforeApplicationShutdown(): void {
    if (this.registry.doesExist('interval', INTERVAL_NAME)) {
      this.registry.deleteInterval(INTERVAL_NAME);
    }
  }
}
