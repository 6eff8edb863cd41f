import { Module } from '@nestjs/common';
import { ActivityModule, observersWith } from '../activity/activity.module.js';
import { RecentActivity } from '../activity/recent-activity.js';
import { AuthModule } from '../auth/auth.module.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DeltaModule } from '../delta/delta.module.js';
import { DeltaScrapes } from '../delta/delta-scrapes.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { PathTableModule } from '../paths/path-table.module.js';
import { PROXY_OPTIONS, SESSION_OBSERVERS } from '../proxy-tokens.js';
import { PendingScrapesModule } from '../scrape/pending-scrapes.module.js';
import { AgentConnections } from './agent-connections.service.js';
import { AgentController } from './agent.controller.js';
import { AgentRegistryService } from './agent-registry.service.js';
import { RefusalLog } from './refusal-log.service.js';
import type { SessionObserver } from './session-observer.js';
import { SessionLog } from './session-log.service.js';
import { StaleAgentScheduler } from './stale-agent.scheduler.js';

/** Who is connected. */
@Module({
  imports: [ActivityModule, AuthModule, DeltaModule, PathTableModule, PendingScrapesModule, MetricsModule],
  controllers: [AgentController],
  providers: [
    AgentRegistryService,
    AgentConnections,
    RefusalLog,
    StaleAgentScheduler,
    SessionLog,
    {
      provide: SESSION_OBSERVERS,
      inject: [PROXY_OPTIONS, ProxyMetrics, SessionLog, RecentActivity, DeltaScrapes],
      useFactory: (
        options: ProxyOptions,
        metrics: ProxyMetrics,
        log: SessionLog,
        activity: RecentActivity,
        deltas: DeltaScrapes,
      ): readonly SessionObserver[] =>
        observersWith<SessionObserver>([metrics, log, deltas], activity, options),
    },
  ],
  exports: [
    AgentRegistryService,
    AgentConnections,
    RefusalLog,
    SESSION_OBSERVERS,
    ActivityModule,
    AuthModule,
    MetricsModule,
  ],
})
export class AgentsModule {}
