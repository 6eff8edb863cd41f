import { type DynamicModule, Global, Module } from '@nestjs/common';
import { METRICS_REGISTRY } from '@app/operations';
import type { Registry } from 'prom-client';
import { AGENT_IDENTITY, type AgentIdentity, createAgentIdentity } from './agent-identity.js';
import { AGENT_OPTIONS } from './agent-options.token.js';
import type { AgentOptions } from './config/agent-options.js';
import { AgentMetrics } from './metrics/agent-metrics.js';
import { AgentTraffic } from './metrics/agent-traffic.js';

/** What every part of one agent refers to: its options, who it is, and where it counts. */
@Global()
@Module({})
export class AgentSettingsModule {
  static forRoot(options: AgentOptions): DynamicModule {
    return {
      module: AgentSettingsModule,
      providers: [
        { provide: AGENT_OPTIONS, useValue: options },
        { provide: AGENT_IDENTITY, useFactory: () => createAgentIdentity(options.name) },
        { provide: AgentTraffic, useFactory: () => new AgentTraffic() },
        {
          provide: AgentMetrics,
          inject: [METRICS_REGISTRY, AGENT_IDENTITY],
          useFactory: (registry: Registry, identity: AgentIdentity) => new AgentMetrics(registry, identity),
        },
      ],
      exports: [AGENT_OPTIONS, AGENT_IDENTITY, AgentMetrics, AgentTraffic],
    };
  }
}
