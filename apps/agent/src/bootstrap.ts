import { NestFactory } from '@nestjs/core';
import type { ConfigSource } from '@app/config';
import type { NamedModule } from '@app/extensions';
import { type Logger, OperationsServers } from '@app/operations';
import { AgentAppModule } from './agent-app.module.js';
import { AGENT_IDENTITY, type AgentIdentity } from './agent-identity.js';
import { ConfigReload } from './config-reload.lifecycle.js';
import type { AgentOptions } from './config/agent-options.js';
import { ProxyConnections } from './connection/proxy-connections.js';
import { TargetTable } from './paths/target-table.js';

/** A running agent. */
export interface RunningAgent {
  readonly identity: AgentIdentity;
  /** What it serves; changes are registered with the proxy as they are made. */
  readonly targets: TargetTable;
  /** Whether a proxy can send it scrapes right now. */
  readonly isConnected: boolean;
  /** Undefined while the server is off. */
  readonly adminPort: number | undefined;
  readonly metricsPort: number | undefined;
  /** Read the configuration again, as SIGHUP does; never rejects. */
  reload(): Promise<void>;
  /** Leave as SIGTERM does: scrapes in flight finish, within a few seconds. */
  close(): Promise<void>;
}

/**
 * Start an agent. Resolves when it has begun to dial; whether a proxy answers does not matter.
 *
 * @param source - where `options` came from, to be watched for changed paths
 * @param added - modules that are not ours
 * @throws {ListenError} when a port cannot be had; what was open by then is closed again
 */
export async function startAgent(
  options: AgentOptions,
  logger: Logger,
  source?: ConfigSource<AgentOptions>,
  added: readonly NamedModule[] = [],
): Promise<RunningAgent> {
  const module = AgentAppModule.forRoot(options, logger, source, added);
  const app = await NestFactory.createApplicationContext(module, {
    abortOnError: false,
  });
  const connections = app.get(ProxyConnections);
  const operations = app.get(OperationsServers);
  return {
    identity: app.get<AgentIdentity>(AGENT_IDENTITY),
    targets: app.get(TargetTable),
    get isConnected() {
      return connections.servingCount > 0;
    },
    adminPort: operations.adminPort,
    metricsPort: operations.metricsPort,
    reload: () => app.get(ConfigReload).reloader.reload(),
    close: () => app.close(),
  };
}
