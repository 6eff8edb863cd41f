import { Module } from '@nestjs/common';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { ConfiguredTargets } from './discovery/configured-targets.js';
import { FileTargets } from './discovery/file-targets.js';
import { MergedTargets } from './discovery/merged-targets.js';
import { TARGET_SOURCES, type TargetSource } from './discovery/target-source.js';
import { TargetTable } from './target-table.js';
import { TargetAccess } from '../target-access/target-access.js';
import { TargetAccessModule } from '../target-access/target-access.module.js';

@Module({
  imports: [TargetAccessModule],
  providers: [
    TargetTable,
    {
      provide: TARGET_SOURCES,
      inject: [AGENT_OPTIONS, TargetAccess, LOGGER],
      useFactory: (options: AgentOptions, access: TargetAccess, log: Logger) =>
        targetSources(options, access, log),
    },
    {
      provide: MergedTargets,
      inject: [TargetTable, TARGET_SOURCES, LOGGER],
      useFactory: (table: TargetTable, sources: readonly TargetSource[], log: Logger) =>
        new MergedTargets(table, sources, log),
    },
  ],
  exports: [TargetTable, MergedTargets],
})
export class PathsModule {}

/** What is configured is stronger than what is discovered. */
function targetSources(
  { pathConfigs, discovery }: AgentOptions,
  access: TargetAccess,
  log: Logger,
): readonly TargetSource[] {
  const intervalMs = discovery.reconcileIntervalSecs * 1_000;
  const discovered = discovery.enabled
    ? [new FileTargets({ path: discovery.file.path, intervalMs, env: process.env }, log)]
    : [];
  const configured = pathConfigs.map(({ name, path, url, labels, ...credentials }) => ({
    name,
    path,
    url,
    labels,
    authorization: () => access.authorizationOf(credentials),
  }));
  return [new ConfiguredTargets(configured), ...discovered];
}
