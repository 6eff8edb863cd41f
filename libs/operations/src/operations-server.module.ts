import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Registry } from 'prom-client';
import { createAdminController } from './admin.controller.js';
import { DebugSections } from './debug-sections.js';
import { HealthChecks } from './health-checks.js';
import { createMetricsController } from './metrics.controller.js';
import type { AdminOptions, MetricsOptions } from './operations-options.js';
import { ProbeController } from './probe.controller.js';
import { METRICS_REGISTRY } from './tokens.js';

/** What one server answers, and from whose state. */
export interface ServerContent {
  readonly admin?: AdminOptions;
  readonly metrics?: MetricsOptions;
  readonly checks: HealthChecks;
  readonly debug: DebugSections;
  readonly registry: Registry;
  readonly legacyCounters: readonly string[];
}

/** One small application with the admin pages, the metrics, or both. */
@Module({})
export class OperationsServerModule {
  static forContent(content: ServerContent): DynamicModule {
    const { admin, metrics, checks, debug, registry, legacyCounters } = content;
    const controllers: Type[] = [];
    if (admin) controllers.push(createAdminController(admin), ProbeController);
    if (metrics && metrics.path.trim() !== '') {
      controllers.push(createMetricsController(metrics, legacyCounters));
    }
    return {
      module: OperationsServerModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers,
      providers: [
        { provide: HealthChecks, useValue: checks },
        { provide: DebugSections, useValue: debug },
        { provide: METRICS_REGISTRY, useValue: registry },
      ],
    };
  }
}
