import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { DebugSections } from './debug-sections.js';
import { HealthChecks } from './health-checks.js';
import type { ListenRequest } from './listen.js';
import type { OperationsOptions } from './operations-options.js';
import type { ServerContent } from './operations-server.module.js';
import type { OperationsServer } from './operations-server.provider.js';
import { packageVersion } from './package-version.js';
import { formatDuration } from './process-report.js';
import { LOGGER, METRICS_REGISTRY, OPERATIONS_OPTIONS } from './tokens.js';

/**
 * Owns the admin and the metrics server: they listen before the program says that it has started, and end
 * last, so that a program that is leaving can still be asked how it is. Both on the same port and address
 * are one server.
 */
@Injectable()
export class OperationsServers implements OnApplicationBootstrap, OnApplicationShutdown {
  private admin: OperationsServer | undefined;
  private metrics: OperationsServer | undefined;

  constructor(
    @Inject(OPERATIONS_OPTIONS) private readonly options: OperationsOptions,
    private readonly checks: HealthChecks,
    private readonly debug: DebugSections,
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
    @Optional() @Inject(LOGGER) private readonly log?: Logger,
  ) {
    debug.add(() => this.debugLines());
  }

  /** The port of the admin pages; undefined while they are not served. */
  get adminPort(): number | undefined {
    return this.admin?.port;
  }

  /** The port of the metrics; undefined while they are not served. */
  get metricsPort(): number | undefined {
    return this.metrics?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.options.metrics.enabled) this.addMetricsCheck();
    try {
      await this.start();
    } catch (error) {
      await this.onApplicationShutdown();
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const servers = new Set([this.admin, this.metrics].filter((server) => server !== undefined));
    this.admin = undefined;
    this.metrics = undefined;
    await Promise.all([...servers].map((server) => server.close()));
  }

  private async start(): Promise<void> {
    const { prefix, admin, metrics } = this.options;
    const isShared = admin.enabled && metrics.enabled && isSameEndpoint(admin, metrics);
    if (admin.enabled) {
      this.admin = await this.serve(
        isShared ? { admin, metrics } : { admin },
        listenRequest(admin, prefix, 'admin'),
      );
      this.log?.info({ port: this.admin.port }, 'admin server listening');
    }
    if (metrics.enabled) {
      const own = (): Promise<OperationsServer> =>
        this.serve({ metrics }, listenRequest(metrics, prefix, 'metrics'));
      this.metrics = isShared ? this.admin : await own();
      this.log?.info({ port: this.metricsPort }, 'metrics server listening');
    }
  }

  /** The framework of these servers is loaded where one of them is on. */
  private async serve(
    pages: Pick<ServerContent, 'admin' | 'metrics'>,
    at: ListenRequest,
  ): Promise<OperationsServer> {
    const { checks, debug, registry } = this;
    const { legacyCounters = [] } = this.options;
    const { startOperationsServer } = await import('./operations-server.provider.js');
    return startOperationsServer({ ...pages, checks, debug, registry, legacyCounters }, at);
  }

  private debugLines(): string[] {
    const { program, admin, metrics } = this.options;
    const where = (port: number | undefined, path: string): string =>
      port === undefined ? 'off' : `port ${port}, /${path.trim().replace(/^\//, '')}`;
    return [
      `${program} ${packageVersion()}`,
      `Uptime: ${formatDuration(process.uptime())}`,
      `Admin: ${where(this.adminPort, admin.pingPath)}`,
      `Metrics: ${where(this.metricsPort, metrics.path)}`,
    ];
  }

  private addMetricsCheck(): void {
    this.checks.add({
      name: 'metrics_service',
      scopes: ['healthcheck'],
      check: () =>
        this.metrics ? { healthy: true } : { healthy: false, message: 'metrics server is not running' },
    });
  }
}

interface Endpoint {
  readonly port: number;
  readonly bindAddress: string;
}

/** Port 0 is whichever is free, so two of them are never the same. */
function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port !== 0 && a.port === b.port && a.bindAddress.trim() === b.bindAddress.trim();
}

function listenRequest(endpoint: Endpoint, prefix: string, area: 'admin' | 'metrics'): ListenRequest {
  return {
    port: endpoint.port,
    bindAddress: endpoint.bindAddress,
    portOption: `${prefix}.${area}.port (--${area}_port, ${area.toUpperCase()}_PORT)`,
    addressOption: `${prefix}.${area}.bindAddress`,
  };
}
