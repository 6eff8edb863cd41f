import { type DynamicModule, Module } from '@nestjs/common';
import type { ConfigSource } from '@app/config';
import { ExtensionsModule, faultReport, type NamedModule } from '@app/extensions';
import { LOGGER, type Logger, loggerModule, METRICS_REGISTRY, OperationsModule } from '@app/operations';
import type { Registry } from 'prom-client';
import { AGENT_IDENTITY, type AgentIdentity } from './agent-identity.js';
import { CONFIG_SOURCE } from './agent-options.token.js';
import { AgentSettingsModule } from './agent-settings.module.js';
import { ConfigReload } from './config-reload.lifecycle.js';
import type { AgentOptions } from './config/agent-options.js';
import { ConnectionModule } from './connection/connection.module.js';
import { AddedSourcesLifecycle } from './extensions/added-sources.lifecycle.js';
import { AgentDebugLifecycle } from './health/agent-debug.lifecycle.js';
import { AgentHealthLifecycle } from './health/agent-health.lifecycle.js';
import { LEGACY_COUNTERS } from './metrics/agent-metrics.js';
import { AgentGaugesLifecycle } from './metrics/agent-gauges.lifecycle.js';

/**
 * The agent as an application of its own: dials out to a proxy and fetches the targets it is asked for. Several can
 * live in one process. Those who embed one import `AgentModule`, which runs this.
 */
@Module({})
export class AgentAppModule {
  /**
   * @param source - where `options` came from, to be watched; none when they came from code
   * @param added - modules that are not ours
   */
  static forRoot(
    options: AgentOptions,
    logger: Logger,
    source?: ConfigSource<AgentOptions>,
    added: readonly NamedModule[] = [],
  ): DynamicModule {
    return {
      module: AgentAppModule,
      imports: [
        AgentSettingsModule.forRoot(options),
        loggerModule(logger),
        OperationsModule.forRoot({
          program: 'prometheus-agent',
          prefix: 'agent',
          admin: options.admin,
          metrics: options.metrics,
          legacyCounters: LEGACY_COUNTERS,
        }),
        ConnectionModule,
        ExtensionsModule.forRoot(added, {
          inject: [METRICS_REGISTRY, LOGGER, AGENT_IDENTITY],
          useFactory: (registry: Registry, log: Logger, { launchId }: AgentIdentity) =>
            faultReport({
              registry,
              log,
              metric: 'agent_module_errors_total',
              labels: { launch_id: launchId },
            }),
        }),
      ],
      providers: [
        AgentDebugLifecycle,
        AgentHealthLifecycle,
        AgentGaugesLifecycle,
        AddedSourcesLifecycle,
        ConfigReload,
        { provide: CONFIG_SOURCE, useValue: source },
      ],
    };
  }
}
