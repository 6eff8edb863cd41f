import { Module } from '@nestjs/common';
import { Deadlines } from '@app/deadlines';
import { METRICS_REGISTRY, packageVersion } from '@app/operations';
import { AGENT_IDENTITY } from '../agent-identity.js';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { DeltaCoder } from '../delta/delta-coder.js';
import { createDeltaCoder } from '../delta/delta-settings.js';
import { Egress } from '../egress/egress.js';
import { EgressModule } from '../egress/egress.module.js';
import { FilterModule } from '../filter/filter.module.js';
import { AgentMetrics } from '../metrics/agent-metrics.js';
import { AgentTraffic } from '../metrics/agent-traffic.js';
import { PathsModule } from '../paths/paths.module.js';
import { TargetAccess } from '../target-access/target-access.js';
import { TargetAccessModule } from '../target-access/target-access.module.js';
import { FetchRunner } from './fetch-runner.js';
import { LargeBodyGate } from './large-body-gate.js';
import { MemoryBudget } from './memory-budget.js';
import { ResponseWriter } from './response-writer.js';
import { ScrapeLimits } from './scrape-limits.js';
import { ScrapeService } from './scrape.service.js';
import {
  MAX_LARGE_BODIES,
  memoryBytes,
  scrapeLimits,
  ScrapeSettings,
  scrapeSettings,
  targetClientOptions,
  writerOptions,
} from './scrape-settings.js';
import { TargetClient } from './target-client.js';

/** Everything between a request of the proxy and its answer. */
@Module({
  imports: [EgressModule, FilterModule, PathsModule, TargetAccessModule],
  providers: [
    { provide: Deadlines, useFactory: () => new Deadlines() },
    {
      provide: ScrapeSettings,
      inject: [AGENT_OPTIONS],
      useFactory: (options: AgentOptions) => scrapeSettings(options),
    },
    {
      provide: ScrapeLimits,
      inject: [AGENT_OPTIONS],
      useFactory: (options: AgentOptions) => new ScrapeLimits(scrapeLimits(options)),
    },
    {
      provide: MemoryBudget,
      inject: [AGENT_OPTIONS],
      useFactory: (options: AgentOptions) => new MemoryBudget(memoryBytes(options)),
    },
    {
      provide: TargetClient,
      inject: [AGENT_OPTIONS, TargetAccess, Egress, AgentTraffic],
      useFactory: (
        options: AgentOptions,
        access: TargetAccess,
        egress: Egress,
        traffic: AgentTraffic,
      ): TargetClient => {
        const settings = targetClientOptions(options, packageVersion());
        const client = new TargetClient(settings, access.tls, egress, traffic.targets);
        access.listen((tls) => client.useTls(tls));
        return client;
      },
    },
    {
      provide: FetchRunner,
      inject: [ScrapeLimits, TargetClient, AGENT_OPTIONS, AgentMetrics],
      useFactory: (
        limits: ScrapeLimits,
        client: TargetClient,
        options: AgentOptions,
        metrics: AgentMetrics,
      ): FetchRunner =>
        new FetchRunner(limits, client, {
          maxRetries: options.scrapeMaxRetries,
          observeFetch: (times) => metrics.fetched(times),
        }),
    },
    { provide: LargeBodyGate, useFactory: () => new LargeBodyGate(MAX_LARGE_BODIES) },
    {
      provide: ResponseWriter,
      inject: [AGENT_OPTIONS, LargeBodyGate, AgentMetrics],
      useFactory: (options: AgentOptions, gate: LargeBodyGate, metrics: AgentMetrics) =>
        new ResponseWriter(writerOptions(options), gate, (type) => metrics.resultSent(type)),
    },
    {
      provide: DeltaCoder,
      inject: [AGENT_OPTIONS, METRICS_REGISTRY, AGENT_IDENTITY],
      useFactory: createDeltaCoder,
    },
    ScrapeService,
  ],
  exports: [
    Deadlines,
    DeltaCoder,
    ScrapeService,
    ResponseWriter,
    ScrapeLimits,
    MemoryBudget,
    LargeBodyGate,
    TargetClient,
    FilterModule,
    PathsModule,
    TargetAccessModule,
  ],
})
export class ScrapeModule {}
