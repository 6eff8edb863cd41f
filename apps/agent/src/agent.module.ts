import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import type { ConfigSource } from '@app/config';
import { type Logger, loggerModule, OperationsModule } from '@app/operations';
import { CONFIG_SOURCE } from './agent-options.token.js';
import { AgentSettingsModule } from './agent-settings.module.js';
import { ConfigReload } from './config-reload.lifecycle.js';
import type { AgentOptions } from './config/agent-options.js';
import { ConnectionModule } from './connection/connection.module.js';
import { AgentDebugLifecycle } from './health/agent-debug.lifecycle.js';
import { AgentHealthLifecycle } from './health/agent-health.lifecycle.js';
import { LEGACY_COUNTERS } from './metrics/agent-metrics.js';
import { AgentGaugesLifecycle } from './metrics/agent-gauges.lifecycle.js';

/** The agent: dials out to a proxy and fetches the targets it is asked for. Several can live in one process. */
@Module({})
export class AgentModule {
  /** @param source - where `options` came from, to be watched; none when they came from code */
  static forRoot(options: AgentOptions, logger: Logger, source?: ConfigSource<AgentOptions>): DynamicModule {
    return {
      module: AgentModule,
      imports: [
        AgentSettingsModule.forRoot(options),
        loggerModule(logger),
        ScheduleModule.forRoot(),
        OperationsModule.forRoot({
          program: 'prometheus-agent',
          admin: options.admin,
          metrics: options.metrics,
          legacyCounters: LEGACY_COUNTERS,
        }),
        ConnectionModule,
      ],
      providers: [
        AgentDebugLifecycle,
        AgentHealthLifecycle,
        AgentGaugesLifecycle,
        ConfigReload,
        { provide: CONFIG_SOURCE, useValue: source },
      ],
    };
  }
}
