import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { ConfigSource } from '@app/config';
import { ExtensionsModule, faultReport, type NamedModule } from '@app/extensions';
import { LOGGER, loggerModule, METRICS_REGISTRY, OperationsModule, type Logger } from '@app/operations';
import type { Registry } from 'prom-client';
import { AgentsModule } from './agents/agents.module.js';
import { ConfigReload } from './config-reload.lifecycle.js';
import type { ProxyOptions } from './config/proxy-options.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { ProxyDebug } from './debug/proxy-debug.service.js';
import { AddedParts } from './extensions/added-parts.service.js';
import { ProxyHealth } from './health/proxy-health.service.js';
import { LeavingLifecycle } from './leaving.lifecycle.js';
import { LEGACY_COUNTERS } from './metrics/metric-definitions.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ProxyGauges } from './metrics/proxy-gauges.service.js';
import { PathTableModule } from './paths/path-table.module.js';
import { PathsModule } from './paths/paths.module.js';
import { CONFIG_SOURCE, PROXY_OPTIONS } from './proxy-tokens.js';
import { PendingScrapesModule } from './scrape/pending-scrapes.module.js';
import { ServiceDiscoveryModule } from './service-discovery/service-discovery.module.js';
import { ScrapeModule } from './scrape/scrape.module.js';

@Global()
@Module({})
class ProxyOptionsModule {}

/**
 * The proxy as an application of its own: agents dial in over gRPC, Prometheus scrapes over HTTP. Several can live in one
 * process. Those who embed one import `ProxyModule`, which runs this.
 */
@Module({})
export class ProxyAppModule {
  /**
   * @param source - where `options` came from, to be watched; none when they came from code
   * @param added - modules that are not ours
   */
  static forRoot(
    options: ProxyOptions,
    logger: Logger,
    source?: ConfigSource<ProxyOptions>,
    added: readonly NamedModule[] = [],
  ): DynamicModule {
    return {
      module: ProxyAppModule,
      imports: [
        {
          module: ProxyOptionsModule,
          providers: [{ provide: PROXY_OPTIONS, useValue: options }],
          exports: [PROXY_OPTIONS],
        },
        loggerModule(logger),
        OperationsModule.forRoot({
          program: 'prometheus-proxy',
          prefix: 'proxy',
          admin: options.admin,
          metrics: options.metrics,
          legacyCounters: LEGACY_COUNTERS,
        }),
        MetricsModule,
        ExtensionsModule.forRoot(added, {
          inject: [METRICS_REGISTRY, LOGGER],
          useFactory: (registry: Registry, log: Logger) =>
            faultReport({ registry, log, metric: 'proxy_module_errors_total', labels: {} }),
        }),
        AgentsModule,
        PathsModule,
        ServiceDiscoveryModule.forRoot(options),
        ScrapeModule,
        DashboardModule,
        PathTableModule,
        PendingScrapesModule,
      ],
      providers: [
        ProxyGauges,
        ProxyHealth,
        ProxyDebug,
        LeavingLifecycle,
        ConfigReload,
        AddedParts,
        { provide: CONFIG_SOURCE, useValue: source },
      ],
    };
  }
}
