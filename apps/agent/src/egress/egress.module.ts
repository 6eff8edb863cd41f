import { Module } from '@nestjs/common';
import { ListenError, LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { Egress, readEgress } from './egress.js';

/** The HTTP proxies on the way out. */
@Module({
  providers: [
    {
      provide: Egress,
      inject: [AGENT_OPTIONS, LOGGER],
      useFactory: (options: AgentOptions, log: Logger): Egress => {
        const outcome = readEgress(options.egress, process.env);
        if (outcome.kind === 'invalid') {
          throw new ListenError(outcome.problems.join('; '));
        }
        const { shown } = outcome.egress;
        if (Object.keys(shown).length > 0) {
          log.info({ through: shown }, 'HTTP proxies are on the way out');
        }
        return outcome.egress;
      },
    },
  ],
  exports: [Egress],
})
export class EgressModule {}
