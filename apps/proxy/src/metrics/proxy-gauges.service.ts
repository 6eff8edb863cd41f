import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { METRICS_REGISTRY } from '@app/operations';
import { AgentConnections } from '../agents/agent-connections.service.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import { ConfigReload } from '../config-reload.lifecycle.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { BodyMemory } from '../scrape/body-memory.js';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { ScraperConnections } from '../scrape/scraper-connections.js';

/** How full each map and queue of the proxy is, looked up when the metrics page is asked for. */
@Injectable()
export class ProxyGauges {
  constructor(
    @Inject(METRICS_REGISTRY) private readonly metrics: Registry,
    agents: AgentRegistryService,
    connections: AgentConnections,
    paths: PathTable,
    departed: DepartedPaths,
    pending: PendingScrapes,
    memory: BodyMemory,
    { reloader }: ConfigReload,
    scrapers: ScraperConnections,
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
    const { sockets } = connections;
    this.gauge('proxy_agent_port_connections', 'Connections to the agent port', () => sockets.size);
    this.gauge(
      'proxy_unknown_connections',
      'Connections to the agent port without a call that was admitted',
      () => sockets.unknownCount,
    );
    this.gauge('proxy_scraper_connections', 'Connections to the scrape port', () => scrapers.size);
    this.gauge('proxy_departed_paths', 'Paths whose agent left within the hold-down', () => departed.size);
    this.gauge('proxy_body_memory_bytes', 'Bytes of bodies held in memory', () => memory.held);
    this.total('proxy_body_memory_refusals_total', 'Bodies there was no memory for', () => memory.refusals);
    this.total(
      'proxy_agent_connections_refused_total',
      'Connections to the agent port that were cut off',
      () => sockets.refusals,
    );
    this.total(
      'proxy_scraper_connections_refused_total',
      'Connections to the scrape port beyond the bound',
      () => scrapers.refusals,
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
  }

  private gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    // The registry keeps it; nobody else needs to.
    void new Gauge({ name, help, registers: [this.metrics], collect });
  }

  private total(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    void new Counter({ name, help, registers: [this.metrics], collect });
  }

  private startTime(): void {
    const gauge = new Gauge({
      name: 'proxy_start_time_seconds',
      help: 'Proxy start time in seconds',
      labelNames: ['launch_id'],
      registers: [this.metrics],
    });
    gauge.set({ launch_id: randomUUID() }, Date.now() / 1000);
  }
}
