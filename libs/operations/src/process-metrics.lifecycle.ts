import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { OperationsOptions } from './operations-options.js';
import { ProcessMetrics } from './process-metrics.js';
import { METRICS_REGISTRY, OPERATIONS_OPTIONS } from './tokens.js';

/** Watches the process for as long as the application runs, where metrics are on. */
@Injectable()
export class ProcessMetricsLifecycle implements OnModuleInit, OnApplicationShutdown {
  private metrics: ProcessMetrics | undefined;

  constructor(
    @Inject(OPERATIONS_OPTIONS) private readonly options: OperationsOptions,
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
  ) {}

  onModuleInit(): void {
    if (this.options.metrics.enabled) {
      this.metrics = new ProcessMetrics(this.registry);
    }
  }

  onApplicationShutdown(): void {
    this.metrics?.stop();
  }
}
