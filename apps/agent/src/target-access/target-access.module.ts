import { Module } from '@nestjs/common';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { TargetAccess } from './target-access.js';
import { TargetAccessLifecycle } from './target-access.lifecycle.js';

/** What targets are asked with. */
@Module({
  providers: [
    {
      provide: TargetAccess,
      inject: [AGENT_OPTIONS, LOGGER],
      useFactory: (options: AgentOptions, log: Logger) => TargetAccess.open(options, log),
    },
    TargetAccessLifecycle,
  ],
  exports: [TargetAccess],
})
export class TargetAccessModule {}
