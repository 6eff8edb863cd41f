import { Module } from '@nestjs/common';
import { METRICS_REGISTRY } from '@app/operations';
import { ActivityModule, observersWith } from '../activity/activity.module.js';
import { RecentActivity } from '../activity/recent-activity.js';
import { AgentsModule } from '../agents/agents.module.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DeltaModule } from '../delta/delta.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PathTableModule } from '../paths/path-table.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { ExtensionFaults } from '@app/extensions';
import { PROXY_OPTIONS, SCRAPE_OBSERVERS } from '../proxy-tokens.js';
import { AgentSelection } from './agent-selection.js';
import { PendingScrapesModule } from './pending-scrapes.module.js';
import { ScrapeController } from './scrape.controller.js';
import { ScrapeLog } from './scrape-log.service.js';
import type { ScrapeObserver } from './scrape-observer.js';
import { PendingScrapes } from './pending-scrapes.js';
import { SharedScrapes } from './shared-scrapes.js';
import { createSharedScrapes } from './shared-scrapes.provider.js';
import { ScrapeService } from './scrape.service.js';
import { ScrapeStreamController } from './scrape-stream.controller.js';
import { TimeoutHeader } from './timeout-header.service.js';

/** The main road: from the scraper to the agent and back. */
@Module({
  imports: [
    ActivityModule,
    AgentsModule,
    AuthModule,
    DeltaModule,
    PathTableModule,
    PendingScrapesModule,
    MetricsModule,
  ],
  controllers: [ScrapeController, ScrapeStreamController],
  providers: [
    ScrapeService,
    {
      provide: SharedScrapes,
      inject: [PROXY_OPTIONS, ScrapeService, PendingScrapes, METRICS_REGISTRY],
      useFactory: createSharedScrapes,
    },
    TimeoutHeader,
    ScrapeLog,
    {
      provide: AgentSelection,
      inject: [ExtensionFaults],
      useFactory: (faults: ExtensionFaults) => new AgentSelection(faults),
    },
    {
      provide: SCRAPE_OBSERVERS,
      inject: [PROXY_OPTIONS, ProxyMetrics, ScrapeLog, RecentActivity],
      useFactory: (
        options: ProxyOptions,
        metrics: ProxyMetrics,
        log: ScrapeLog,
        activity: RecentActivity,
      ): readonly ScrapeObserver[] =>
        observersWith<ScrapeObserver>(
          options.http.requestLoggingEnabled ? [metrics, log] : [metrics],
          activity,
          options,
        ),
    },
  ],
  exports: [AgentSelection, SCRAPE_OBSERVERS],
})
export class ScrapeModule {}
