import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LogRate, METRICS_REGISTRY, ReadFamily, showBounds, showBuildInfo } from '@app/operations';
import type { Registry } from 'prom-client';
import { AGENT_IDENTITY, type AgentIdentity } from '../agent-identity.js';
import { ConfigReload } from '../config-reload.lifecycle.js';
import { LinkCalls } from '../connection/link-calls.js';
import { PeerWords } from '../connection/peer-words.js';
import { ProxyConnections } from '../connection/proxy-connections.js';
import { LargeBodyGate } from '../scrape/large-body-gate.js';
import { MemoryBudget } from '../scrape/memory-budget.js';
import { ScrapeLimits } from '../scrape/scrape-limits.js';
import { TargetClient } from '../scrape/target-client.js';
import { AgentMetrics } from './agent-metrics.js';
import { AgentTraffic } from './agent-traffic.js';

/** Shows what the parts of the agent hold right now, their bounds, and what went over its sockets. */
@Injectable()
export class AgentGaugesLifecycle implements OnModuleInit {
  constructor(
    private readonly metrics: AgentMetrics,
    private readonly connections: ProxyConnections,
    private readonly limits: ScrapeLimits,
    private readonly memory: MemoryBudget,
    private readonly largeBodies: LargeBodyGate,
    private readonly client: TargetClient,
    private readonly traffic: AgentTraffic,
    private readonly reload: ConfigReload,
    private readonly words: PeerWords,
    private readonly calls: LinkCalls,
    private readonly logRate: LogRate,
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
    @Inject(AGENT_IDENTITY) private readonly identity: AgentIdentity,
  ) {}

  onModuleInit(): void {
    const { metrics, connections, limits, memory, client } = this;
    metrics.gauge('agent_scrape_backlog_size', 'Agent scrape backlog size', () => connections.inFlightCount);
    metrics.gauge('agent_client_cache_size', 'Agent client cache size', () => client.originCount);
    metrics.gauge(
      'agent_name_lookups',
      'Names of targets that are being looked up',
      () => client.lookupCount,
    );
    metrics.gauge('agent_scrapes_in_flight', 'Targets being fetched', () => limits.runningCount);
    metrics.gauge('agent_scrapes_waiting', 'Scrapes that wait for their turn', () => limits.waitingCount);
    metrics.gauge(
      'agent_connected',
      'Connections to a proxy that serve scrapes',
      () => connections.servingCount,
    );
    metrics.gauge('agent_body_memory_bytes', 'Bytes of bodies held in memory', () => memory.usedBytes);
    metrics.gauge(
      'agent_partial_message_bytes',
      'Bytes of messages of proxies that are not complete yet, with what it costs to hold their pieces',
      () => this.calls.partialMessages.held,
    );
    this.showReloads();
    this.showTraffic();
    const launch = { launch_id: this.identity.launchId };
    showBuildInfo(this.registry, 'agent', launch);
    showBounds(
      this.registry,
      'agent',
      {
        'http.maxConcurrentClients': limits.overallBound,
        'http.maxConcurrentPerTarget': limits.perTargetBound,
        'limits.maxScrapesWaiting': limits.waitingBound,
        'limits.bodyMemoryMBytes': memory.bound,
        'limits.partialMessageMBytes': this.calls.partialMessages.bound,
        'limits.maxReasonLength': this.words.bound,
        'limits.maxLogLinesPerSec': this.logRate.bound,
        largeBodies: this.largeBodies.bound,
        scrapesInFlight: connections.inFlightBound,
      },
      launch,
    );
  }

  private showReloads(): void {
    const { reloader } = this.reload;
    this.metrics.gauge(
      'agent_config_last_reload_successful',
      'Whether the configuration could be used when it was read last',
      () => Number(reloader.isLastUsable),
    );
    this.metrics.gauge(
      'agent_config_last_reload_success_timestamp_seconds',
      'When a configuration that could be used was read last',
      () => reloader.lastUsableAt.getTime() / 1_000,
    );
  }

  private showTraffic(): void {
    const { targets, proxies } = this.traffic;
    const launch = { launch_id: this.identity.launchId };
    const options = {
      name: 'agent_transferred_bytes_total',
      help: 'Bytes exchanged: with targets over their sockets, with proxies in messages',
      labelNames: ['launch_id', 'peer', 'direction'] as const,
    };
    void new ReadFamily(this.registry, 'counter', options, () => [
      { labels: { ...launch, peer: 'target', direction: 'received' }, value: targets.receivedBytes },
      { labels: { ...launch, peer: 'target', direction: 'sent' }, value: targets.sentBytes },
      { labels: { ...launch, peer: 'proxy', direction: 'received' }, value: proxies.receivedBytes },
      { labels: { ...launch, peer: 'proxy', direction: 'sent' }, value: proxies.sentBytes },
    ]);
  }
}
