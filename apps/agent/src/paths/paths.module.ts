import { Module } from '@nestjs/common';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { createTargetTable } from './configured-targets.js';
import { TargetTable } from './target-table.js';

@Module({
  providers: [
    {
      provide: TargetTable,
      inject: [AGENT_OPTIONS, LOGGER],
      useFactory: (options: AgentOptions, log: Logger) => createTargetTable(options.pathConfigs, log),
    },
  ],
  exports: [TargetTable],
})
export class PathsModule {}
