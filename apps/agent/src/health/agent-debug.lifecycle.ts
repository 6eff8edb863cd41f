import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DebugSections, maskUrl, textTable } from '@app/operations';
import { AGENT_IDENTITY, type AgentIdentity } from '../agent-identity.js';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { formatEndpoint } from '../config/proxy-endpoints.js';
import { ProxyConnections } from '../connection/proxy-connections.js';
import { TargetTable } from '../paths/target-table.js';
import { describeStates } from './agent-checks.js';

/** Adds what an agent knows to its debug page. */
@Injectable()
export class AgentDebugLifecycle implements OnModuleInit {
  constructor(
    private readonly sections: DebugSections,
    private readonly connections: ProxyConnections,
    private readonly targets: TargetTable,
    @Inject(AGENT_IDENTITY) private readonly identity: AgentIdentity,
    @Inject(AGENT_OPTIONS) private readonly options: AgentOptions,
  ) {}

  onModuleInit(): void {
    this.sections.add(() => this.identityLines());
    this.sections.add(() => this.targetLines());
  }

  private identityLines(): string[] {
    const { agentName, hostName, launchId } = this.identity;
    return [
      `Agent name: ${agentName}`,
      `Host: ${hostName}`,
      `Launch id: ${launchId}`,
      `Proxies: ${this.options.endpoints.map(formatEndpoint).join(', ')}`,
      `Connection: ${describeStates(this.connections.states)}`,
      `Scrapes in flight: ${this.connections.inFlightCount}`,
    ];
  }

  private targetLines(): string[] {
    const targets = this.targets.all();
    const rows = targets.map(({ name, path, source, url }) => [name, `/${path}`, source, maskUrl(url)]);
    return targets.length === 0 ? ['No paths.'] : textTable([['Name', 'Path', 'Source', 'URL'], ...rows]);
  }
}
