import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigReload } from '../config-reload.lifecycle.js';
import { ProxyConnections } from '../connection/proxy-connections.js';
import { MemoryBudget } from '../scrape/memory-budget.js';
import { ScrapeLimits } from '../scrape/scrape-limits.js';
import { TargetClient } from '../scrape/target-client.js';
import { AgentMetrics } from './agent-metrics.js';

/** Shows as gauges what the parts of the agent hold right now. */
@Injectable()
export class AgentGaugesLifecycle implements OnModuleInit {
  constructor(
    private readonly metrics: AgentMetrics,
    private readonly connections: ProxyConnections,
    private readonly limits: ScrapeLimits,
    private readonly memory: MemoryBudget,
    private readonly client: TargetClient,
    private readonly reload: ConfigReload,
  ) {}

  onModuleInit(): void {
    this.metrics.watch({
      backlog: () => this.connections.inFlightCount,
      connected: () => this.connections.servingCount,
      fetching: () => this.limits.runningCount,
      waiting: () => this.limits.waitingCount,
      bodyBytes: () => this.memory.usedBytes,
      origins: () => this.client.originCount,
      reloadSuccess: () => Number(this.reload.reloader.isLastUsable),
      reloadSuccessSecs: () => this.reload.reloader.lastUsableAt.getTime() / 1_000,
    });
  }
}
