import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DebugSections } from './debug-sections.js';
import { HealthChecks } from './health-checks.js';
import type { OperationsOptions } from './operations-options.js';
import { OperationsServers } from './operations-servers.lifecycle.js';
import { ProcessMetricsLifecycle } from './process-metrics.lifecycle.js';
import { METRICS_REGISTRY, OPERATIONS_OPTIONS } from './tokens.js';

/**
 * What a program shows its operator: health checks, metrics and parts of the debug page to add to, and the servers that answer.
 *
 * Global. Each application has checks and a registry of its own, so several can live in one process.
 */
@Global()
@Module({})
export class OperationsModule {
  static forRoot(options: OperationsOptions): DynamicModule {
    return {
      module: OperationsModule,
      providers: [
        { provide: OPERATIONS_OPTIONS, useValue: options },
        { provide: METRICS_REGISTRY, useFactory: () => new Registry() },
        { provide: HealthChecks, useFactory: () => new HealthChecks() },
        { provide: DebugSections, useFactory: () => new DebugSections() },
        OperationsServers,
        ProcessMetricsLifecycle,
      ],
      exports: [METRICS_REGISTRY, HealthChecks, DebugSections, OperationsServers],
    };
  }
}
