import { Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { METRICS_REGISTRY } from '@app/operations';
import { ProxyMetrics } from './proxy-metrics.js';

/** The proxy's counters and histograms. */
@Module({
  providers: [
    {
      provide: ProxyMetrics,
      inject: [METRICS_REGISTRY],
      useFactory: (registry: Registry) => new ProxyMetrics(registry),
    },
  ],
  exports: [ProxyMetrics],
})
export class MetricsModule {}
