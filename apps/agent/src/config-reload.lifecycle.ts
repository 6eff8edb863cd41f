import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import type { ConfigSource } from '@app/config';
import { type ConfigParts, ConfigReloader, LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS, CONFIG_SOURCE } from './agent-options.token.js';
import { type AgentOptions, agentRows } from './config/agent-options.js';
import { MetricFilters } from './filter/metric-filters.js';
import { AgentMetrics } from './metrics/agent-metrics.js';
import { ConfiguredTargets } from './paths/discovery/configured-targets.js';
import { FileTargets } from './paths/discovery/file-targets.js';
import { configuredTargets, discoveryFile } from './paths/discovery/target-options.js';
import { TargetTable } from './paths/target-table.js';
import { TargetAccess } from './target-access/target-access.js';

/**
 * Takes up changed paths while the agent runs, with their credentials and filters, and the settings of discovery. A path
 * of which nothing changed that a proxy is told of keeps its registration.
 */
@Injectable()
export class ConfigReload implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Reads again when asked to, and knows how that went. */
  readonly reloader: ConfigReloader<AgentOptions>;

  constructor(
    @Inject(AGENT_OPTIONS) options: AgentOptions,
    @Optional() @Inject(CONFIG_SOURCE) source: ConfigSource<AgentOptions> | undefined,
    private readonly targets: TargetTable,
    private readonly configured: ConfiguredTargets,
    private readonly discovered: FileTargets,
    private readonly access: TargetAccess,
    private readonly filters: MetricFilters,
    private readonly metrics: AgentMetrics,
    @Inject(LOGGER) log: Logger,
  ) {
    const parts: ConfigParts<AgentOptions> = {
      prefix: 'agent',
      rows: agentRows,
      // Files of credentials are followed by those who use them.
      watchedBy: () => [],
      prepare: (now) => this.prepare(now),
    };
    this.reloader = new ConfigReloader({ options, source }, parts, log);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.reloader.start();
  }

  onApplicationShutdown(): void {
    this.reloader.stop();
  }

  private async prepare(options: AgentOptions): Promise<() => object> {
    const useSecrets = await this.access.prepare(options.pathConfigs);
    return () => {
      useSecrets();
      this.filters.replace(options.filters);
      this.metrics.filtersPaths(this.filters.paths);
      this.configured.replace(configuredTargets(options.pathConfigs, this.access));
      void this.discovered.use(discoveryFile(options));
      return { paths: this.targets.size };
    };
  }
}
