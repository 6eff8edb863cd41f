import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { PathTableModule } from '../paths/path-table.module.js';
import { SESSION_OBSERVERS } from '../proxy-tokens.js';
import { PendingScrapesModule } from '../scrape/pending-scrapes.module.js';
import { AgentConnections } from './agent-connections.service.js';
import { AgentController } from './agent.controller.js';
import { AgentRegistryService } from './agent-registry.service.js';
import { SessionLog } from './session-log.service.js';
import { StaleAgentScheduler } from './stale-agent.scheduler.js';

/** Who is connected. */
@Module({
  imports: [AuthModule, PathTableModule, PendingScrapesModule, MetricsModule],
  controllers: [AgentController],
  providers: [
    AgentRegistryService,
    AgentConnections,
    StaleAgentScheduler,
    SessionLog,
    {
      provide: SESSION_OBSERVERS,
      inject: [ProxyMetrics, SessionLog],
      useFactory: (metrics: ProxyMetrics, log: SessionLog) => [metrics, log],
    },
  ],
  exports: [AgentRegistryService, AgentConnections, AuthModule, MetricsModule],
})
export class AgentsModule {}
