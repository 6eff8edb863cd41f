import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { ProxyConnections } from '../connection/proxy-connections.js';

/** Looks every `heartbeatCheckPauseMillis` whether a connection needs a heartbeat. */
@Injectable()
export class HeartbeatScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private interval: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: ProxyConnections,
    @Inject(AGENT_OPTIONS) private readonly options: AgentOptions,
  ) {}

  onApplicationBootstrap(): void {
    const { heartbeatEnabled, heartbeatCheckPauseMillis } = this.options.internal;
    if (heartbeatEnabled) {
      this.interval = setInterval(() => this.connections.tick(), heartbeatCheckPauseMillis);
    }
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.interval);
  }
}
