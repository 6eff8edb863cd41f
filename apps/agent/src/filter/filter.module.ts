import { Module } from '@nestjs/common';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { AgentMetrics } from '../metrics/agent-metrics.js';
import { MetricFilters } from './metric-filters.js';

@Module({
  providers: [
    {
      provide: MetricFilters,
      inject: [AGENT_OPTIONS, LOGGER, AgentMetrics],
      useFactory: (options: AgentOptions, log: Logger, metrics: AgentMetrics): MetricFilters => {
        const filters = new MetricFilters(options.filters, log, (path, tally) =>
          metrics.filtered(path, tally),
        );
        metrics.filtersPaths(filters.paths);
        return filters;
      },
    },
  ],
  exports: [MetricFilters],
})
export class FilterModule {}
