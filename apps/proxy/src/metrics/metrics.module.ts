import { Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { METRICS_REGISTRY } from '@app/operations';
import { MessageMeter } from '@app/protocol';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { ProxyMetrics } from './proxy-metrics.js';

/** The proxy's counters, histograms and meters. */
@Module({
  providers: [
    { provide: MessageMeter, useFactory: () => new MessageMeter() },
    {
      provide: ProxyMetrics,
      inject: [METRICS_REGISTRY, PROXY_OPTIONS],
      useFactory: (registry: Registry, { metrics, limits }: ProxyOptions) =>
        new ProxyMetrics(registry, { isEnabled: metrics.pathSeries, maxPaths: limits.maxPathSeries }),
    },
  ],
  exports: [ProxyMetrics, MessageMeter],
})
export class MetricsModule {}
