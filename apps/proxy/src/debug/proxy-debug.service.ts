import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DebugSections } from '@app/operations';
import { RecentActivity } from '../activity/recent-activity.js';
import { AgentConnections } from '../agents/agent-connections.service.js';
import { AgentRegistryService } from '../agents/agent-registry.service.js';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PathTable } from '../paths/path-table.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { agentLines, pathLines, scrapeLines } from './debug-lines.js';

/** Adds what a proxy knows to its debug page. */
@Injectable()
export class ProxyDebug implements OnModuleInit {
  constructor(
    @Inject(PROXY_OPTIONS) private readonly options: ProxyOptions,
    private readonly sections: DebugSections,
    private readonly connections: AgentConnections,
    private readonly agents: AgentRegistryService,
    private readonly paths: PathTable,
    private readonly activity: RecentActivity,
  ) {}

  onModuleInit(): void {
    this.sections.add(() => [
      `Proxy port: ${this.options.http.port}`,
      `Agent port: ${this.connections.listeningPort ?? 'closed'}`,
    ]);
    this.sections.add(() => agentLines(this.agents.list()));
    this.sections.add(() => pathLines([...this.paths.list()]));
    this.sections.add(() => scrapeLines(this.activity.recentScrapes()));
  }
}
