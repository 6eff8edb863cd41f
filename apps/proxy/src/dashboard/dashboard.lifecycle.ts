import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import {
  HealthChecks,
  METRICS_REGISTRY,
  type OperationsServer,
  showGauge,
  startServer,
} from '@app/operations';
import { RecentActivity } from '../activity/recent-activity.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { basePath, relativeBase } from './base-path.js';
import { DashboardServerModule } from './dashboard-server.module.js';
import { LiveFeed } from './live-feed.js';
import { PAGE_HEADERS } from './page-headers.js';
import { Snapshots } from './snapshots.js';

const MAX_CLIENTS = 50;
const BEAT_MS = 15_000;
const MAX_UNREAD_MS = 30_000;

/** Owns the dashboard's server: it listens before the program says that it has started, and ends last. */
@Injectable()
export class Dashboard implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly feed: LiveFeed;
  private readonly snapshots: Snapshots;
  private server: OperationsServer | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    agents: AgentRegistryService,
    paths: PathTable,
    departed: DepartedPaths,
    private readonly activity: RecentActivity,
    private readonly checks: HealthChecks,
    private readonly log: PinoLogger,
    @Inject(METRICS_REGISTRY) metrics: Registry,
  ) {
    const links = relativeBase(basePath(options.dashboard.path));
    this.snapshots = new Snapshots({ agents, paths, departed, activity, links, now: Date.now });
    this.feed = new LiveFeed(this.snapshots, {
      intervalMs: options.dashboard.refreshIntervalSecs * 1000,
      maxClients: MAX_CLIENTS,
      beatMs: BEAT_MS,
      maxUnreadMs: MAX_UNREAD_MS,
    });
    showGauge(
      metrics,
      'proxy_dashboard_clients',
      'Pages of the dashboard that are open',
      () => this.feed.size,
    );
    showGauge(
      metrics,
      'proxy_remembered_paths',
      'Paths whose last scrapes are remembered',
      () => activity.pathCount,
    );
  }

  /** Undefined while it is not served. */
  get port(): number | undefined {
    return this.server?.port;
  }

  onModuleInit(): void {
    if (this.options.dashboard.enabled) {
      this.checks.add({
        name: 'dashboard_service',
        scopes: ['healthcheck'],
        check: () =>
          this.server === undefined
            ? { healthy: false, message: 'dashboard server is not running' }
            : { healthy: true },
      });
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    const { enabled, path, port, bindAddress } = this.options.dashboard;
    if (!enabled) {
      return;
    }
    const base = basePath(path);
    this.stopListening = this.activity.listen(() => this.feed.wake());
    this.server = await startServer(
      DashboardServerModule.at(base, this.snapshots, this.feed),
      {
        port,
        bindAddress,
        portOption: 'proxy.dashboard.port (--dashboard_port, DASHBOARD_PORT)',
        addressOption: 'proxy.dashboard.bindAddress',
      },
      PAGE_HEADERS,
    );
    this.log.info({ port: this.port, path: `/${base}` }, 'dashboard listening');
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.stopListening?.();
    this.feed.close();
    await server?.close();
  }
}
