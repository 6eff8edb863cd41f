import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthChecks } from '@app/operations';
import { AgentConnections } from '../agents/agent-connections.service.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { ScrapeGate } from '../scrape/scrape-gate.js';

/** Where a default threshold lies: this share of the bound. */
const DEFAULT_SHARE = 0.8;

type Outcome = { healthy: boolean; message?: string };

const HEALTHY: Outcome = { healthy: true };

/** The proxy's health checks, by the names existing probes read. Having no agent is healthy. */
@Injectable()
export class ProxyHealth implements OnModuleInit {
  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly checks: HealthChecks,
    private readonly connections: AgentConnections,
    private readonly agents: AgentRegistryService,
    private readonly pending: PendingScrapes,
    private readonly gate: ScrapeGate,
  ) {}

  onModuleInit(): void {
    const { limits, internal } = this.options;
    this.add('grpc_service', ['livez', 'readyz', 'healthcheck'], () => this.grpcService());
    this.add('all_services_healthy', ['healthcheck'], () => HEALTHY);
    this.add('scrapes_accepted', ['readyz'], () =>
      this.gate.isReady ? HEALTHY : unhealthy('scrapes are not accepted: starting or shutting down'),
    );
    this.threshold('scrape_response_map_check', () => this.pending.size, {
      atSize: internal.scrapeRequestMapUnhealthySize ?? limits.maxScrapesInFlight * DEFAULT_SHARE,
    });
    this.threshold('chunking_map_check', () => this.pending.transferCount, {
      atSize: internal.chunkContextMapUnhealthySize ?? limits.maxScrapesInFlight * DEFAULT_SHARE,
    });
    this.add('agent_scrape_request_backlog', ['healthcheck'], () => this.backlog());
  }

  private grpcService(): Outcome {
    return this.connections.listeningPort === undefined ? unhealthy('gRPC server is not running') : HEALTHY;
  }

  private backlog(): Outcome {
    const { scrapeRequestBacklogUnhealthySize } = this.options.internal;
    const atSize =
      scrapeRequestBacklogUnhealthySize ?? this.options.limits.maxScrapesQueuedPerAgent * DEFAULT_SHARE;
    const large = this.agents.list().filter(({ queued }) => queued >= atSize);
    const names = large.map(({ agent, queued }) => `${agent.name} ${queued}`).join(', ');
    return large.length === 0 ? HEALTHY : unhealthy(`Large agent scrape request backlog: ${names}`);
  }

  private threshold(name: string, read: () => number, { atSize }: { atSize: number }): void {
    this.add(name, ['healthcheck'], () => (read() >= atSize ? unhealthy(`Large size: ${read()}`) : HEALTHY));
  }

  private add(name: string, scopes: ('livez' | 'readyz' | 'healthcheck')[], check: () => Outcome): void {
    this.checks.add({ name, scopes, check });
  }
}

function unhealthy(message: string): Outcome {
  return { healthy: false, message };
}
