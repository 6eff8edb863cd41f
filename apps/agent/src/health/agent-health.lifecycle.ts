import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthChecks } from '@app/operations';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { ProxyConnections } from '../connection/proxy-connections.js';
import { backlogCheck, linkCheck, livenessCheck, readinessCheck, servicesCheck } from './agent-checks.js';

const DEFAULT_UNHEALTHY_SHARE = 0.8;

/** Adds what can be well or not about an agent to its health checks. */
@Injectable()
export class AgentHealthLifecycle implements OnModuleInit {
  constructor(
    private readonly checks: HealthChecks,
    private readonly connections: ProxyConnections,
    @Inject(AGENT_OPTIONS) private readonly options: AgentOptions,
  ) {}

  onModuleInit(): void {
    const { internal, limits } = this.options;
    const threshold =
      internal.scrapeRequestBacklogUnhealthySize ??
      Math.ceil(limits.maxScrapesWaiting * DEFAULT_UNHEALTHY_SHARE);
    this.checks.add(livenessCheck());
    this.checks.add(servicesCheck());
    this.checks.add(readinessCheck(() => this.connections.states));
    this.checks.add(linkCheck(() => this.connections.states));
    this.checks.add(backlogCheck(() => this.connections.inFlightCount, threshold));
  }
}
