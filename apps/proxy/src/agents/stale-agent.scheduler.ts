import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { RecentActivity } from '../activity/recent-activity.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { ProxyMetrics } from '../metrics/proxy-metrics.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { InstanceLabels } from '../service-discovery/instance-labels.js';
import { AgentRegistryService } from './agent-registry.service.js';

/** How long an agent may take to open its read stream after its last step on the way, in milliseconds. */
const UNSERVED_LIMIT_MS = 30_000;

/**
 * The net below streams and connections: ends sessions that nothing is heard of, those that never opened their read
 * stream, and forgets paths whose hold-down is over.
 */
@Injectable()
export class StaleAgentScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private interval: NodeJS.Timeout | undefined;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly registry: AgentRegistryService,
    private readonly paths: PathTable,
    private readonly departed: DepartedPaths,
    private readonly instances: InstanceLabels,
    private readonly metrics: ProxyMetrics,
    private readonly activity: RecentActivity,
    private readonly log: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.interval = setInterval(() => this.check(), this.options.internal.staleAgentCheckPauseSecs * 1000);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.interval);
  }

  private check(): void {
    this.departed.expire();
    const isKnown = (path: string): boolean =>
      this.paths.find(path) !== undefined || this.departed.find(path) !== undefined;
    this.instances.retain(isKnown);
    this.metrics.retainPaths(isKnown);
    this.activity.retainPaths(isKnown);
    this.endUnserved();
    const { staleAgentCheckEnabled, maxAgentInactivitySecs } = this.options.internal;
    const evicted = this.registry.endStale(maxAgentInactivitySecs * 1000, !staleAgentCheckEnabled);
    if (evicted > 0) {
      this.metrics.evicted(evicted);
      this.log.info({ evicted, maxAgentInactivitySecs }, 'stale agents evicted');
    }
  }

  private endUnserved(): void {
    for (const session of this.registry.list()) {
      if (session.unservedForMs > UNSERVED_LIMIT_MS) {
        this.registry.end(session, { cause: 'evicted', words: 'it never opened its read stream' });
      }
    }
  }
}
