import { Module } from '@nestjs/common';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { ConfiguredTargets } from './discovery/configured-targets.js';
import { FileTargets } from './discovery/file-targets.js';
import { MergedTargets } from './discovery/merged-targets.js';
import { configuredTargets, discoveryFile } from './discovery/target-options.js';
import { TARGET_SOURCES, type TargetSource } from './discovery/target-source.js';
import { TargetTable } from './target-table.js';
import { TargetAccess } from '../target-access/target-access.js';
import { TargetAccessModule } from '../target-access/target-access.module.js';

@Module({
  imports: [TargetAccessModule],
  providers: [
    TargetTable,
    {
      provide: ConfiguredTargets,
      inject: [AGENT_OPTIONS, TargetAccess],
      useFactory: ({ pathConfigs }: AgentOptions, access: TargetAccess) =>
        new ConfiguredTargets(configuredTargets(pathConfigs, access)),
    },
    {
      provide: FileTargets,
      inject: [AGENT_OPTIONS, LOGGER],
      useFactory: (options: AgentOptions, log: Logger) => new FileTargets(discoveryFile(options), log),
    },
    {
      // What is configured is stronger than what is discovered.
      provide: TARGET_SOURCES,
      inject: [ConfiguredTargets, FileTargets],
      useFactory: (...sources: TargetSource[]) => sources,
    },
    {
      provide: MergedTargets,
      inject: [TargetTable, TARGET_SOURCES, LOGGER],
      useFactory: (table: TargetTable, sources: readonly TargetSource[], log: Logger) =>
        new MergedTargets(table, sources, log),
    },
  ],
  exports: [TargetTable, MergedTargets, ConfiguredTargets, FileTargets],
})
export class PathsModule {}
