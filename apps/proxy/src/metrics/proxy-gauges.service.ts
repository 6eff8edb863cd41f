import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import {
  LogRate,
  METRICS_REGISTRY,
  ReadFamily,
  showBounds,
  showBuildInfo,
  showCounter,
  showGauge,
  type SocketMeter,
} from '@app/operations';
import { MessageMeter } from '@app/protocol';
import type { AgentSockets } from '../agents/agent-sockets.js';
import { AgentConnections } from '../agents/agent-connections.service.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import { mostOfOneAddress } from '../agents/session-addresses.js';
import { ConfigReload } from '../config-reload.lifecycle.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { BodyMemory } from '../scrape/body-memory.js';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { ScraperConnections } from '../scrape/scraper-connections.js';
import { ProxyMetrics } from './proxy-metrics.js';

/** How full each map and queue of the proxy is, looked up when the metrics page is asked for. */
@Injectable()
export class ProxyGauges {
  constructor(
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
    agents: AgentRegistryService,
    connections: AgentConnections,
    paths: PathTable,
    departed: DepartedPaths,
    pending: PendingScrapes,
    memory: BodyMemory,
    { reloader }: ConfigReload,
    scrapers: ScraperConnections,
    metrics: ProxyMetrics,
    link: MessageMeter,
    logRate: LogRate,
  ) {
    this.gauge('proxy_agent_map_size', 'Proxy connected agents', () => agents.size);
    this.gauge('proxy_path_map_size', 'Proxy path map size', () => paths.size);
    this.gauge('proxy_scrape_map_size', 'Proxy scrape map size', () => pending.size);
    this.gauge('proxy_chunk_context_map_size', 'Proxy chunk context map size', () => pending.transferCount);
    this.gauge(
      'proxy_cumulative_agent_backlog_size',
      'Proxy cumulative agent backlog size',
      () => agents.queued,
    );
    this.gauge('proxy_agent_connections', 'HTTP/2 connections on the agent port', () => connections.size);
    this.gauge('proxy_agent_calls', 'Calls open on them', () => connections.callCount);
    this.gauge('proxy_busiest_address_agents', 'Agents connected from the address that has most', () =>
      mostOfOneAddress(agents.list()),
    );
    this.gauge('proxy_departed_paths', 'Paths whose agent left within the hold-down', () => departed.size);
    this.gauge('proxy_body_memory_bytes', 'Bytes of bodies held in memory', () => memory.held);
    this.gauge(
      'proxy_partial_message_bytes',
      'Bytes of messages of agents that are not complete',
      () => connections.partialMessages.held,
    );
    this.gauge(
      'proxy_config_last_reload_successful',
      'Whether the configuration could be used when it was read last',
      () => Number(reloader.isLastUsable),
    );
    this.gauge(
      'proxy_config_last_reload_success_timestamp_seconds',
      'When a configuration that could be used was read last',
      () => reloader.lastUsableAt.getTime() / 1000,
    );
    this.startTime();
    this.connections(connections.sockets, scrapers);
    this.traffic(scrapers.meter, link);
    showBuildInfo(registry, 'proxy', {});
    showBounds(
      registry,
      'proxy',
      {
        'limits.maxAgents': agents.bound,
        'limits.maxSessionsPerAddress': agents.addressBound,
        'limits.maxAgentConnections': connections.sockets.bound,
        'limits.maxUnknownConnections': connections.sockets.unknownBound,
        'limits.maxCallsPerConnection': connections.callBound,
        'limits.maxScraperConnections': scrapers.bound,
        'limits.maxRequestHeadBytes': scrapers.headBound,
        'limits.maxQueryLength': scrapers.queryBound,
        'limits.maxPaths': paths.bound,
        'limits.maxPathsPerAgent': paths.boundPerAgent,
        'limits.maxScrapesInFlight': pending.bound,
        'limits.maxScrapesQueuedPerAgent': agents.queueBound,
        'limits.maxLargeBodiesPerAgent': agents.largeBodyBound,
        'limits.bodyMemoryMBytes': memory.bound,
        'limits.partialMessageMBytes': connections.partialMessages.bound,
        'limits.maxReasonLength': agents.reasons.bound,
        'limits.maxLogLinesPerSec': logRate.bound,
        'limits.maxPathSeries': metrics.pathBound,
        departedPaths: departed.bound,
      },
      {},
    );
  }

  private gauge(name: string, help: string, read: () => number): void {
    showGauge(this.registry, name, help, read);
  }

  private startTime(): void {
    const labels = { launch_id: randomUUID() };
    const value = Date.now() / 1000;
    const options = {
      name: 'proxy_start_time_seconds',
      help: 'Proxy start time in seconds',
      labelNames: ['launch_id'] as const,
    };
    void new ReadFamily(this.registry, 'gauge', options, () => [{ labels, value }]);
  }

  private connections(agents: AgentSockets, scrapers: ScraperConnections): void {
    this.gauge('proxy_agent_port_connections', 'Connections to the agent port', () => agents.size);
    this.gauge(
      'proxy_unknown_connections',
      'Connections to the agent port without a call that was admitted',
      () => agents.unknownCount,
    );
    this.gauge('proxy_scraper_connections', 'Connections to the scrape port', () => scrapers.size);
    this.total(
      'proxy_agent_connections_refused_total',
      'Connections to the agent port that were cut off',
      () => agents.refusals,
    );
    this.total(
      'proxy_scraper_connections_refused_total',
      'Connections to the scrape port beyond the bound',
      () => scrapers.refusals,
    );
  }

  private total(name: string, help: string, read: () => number): void {
    showCounter(this.registry, name, help, read);
  }

  private traffic(scrapers: SocketMeter, agents: MessageMeter): void {
    const options = {
      name: 'proxy_transferred_bytes_total',
      help: 'Bytes exchanged: with scrapers over their sockets, with agents in messages',
      labelNames: ['peer', 'direction'] as const,
    };
    void new ReadFamily(this.registry, 'counter', options, () => [
      { labels: { peer: 'scraper', direction: 'received' }, value: scrapers.receivedBytes },
      { labels: { peer: 'scraper', direction: 'sent' }, value: scrapers.sentBytes },
      { labels: { peer: 'agent', direction: 'received' }, value: agents.receivedBytes },
      { labels: { peer: 'agent', direction: 'sent' }, value: agents.sentBytes },
    ]);
  }
}
