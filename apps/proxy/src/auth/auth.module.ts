import { Module } from '@nestjs/common';
import { ListenError } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { AgentIdentities } from './agent-identities.js';
import { readTokens } from './token-files.js';

/** Who may connect. */
@Module({
  providers: [
    {
      provide: AgentIdentities,
      inject: [PROXY_OPTIONS],
      useFactory: async (options: ProxyOptions): Promise<AgentIdentities> => {
        const identities = await readTokens(options).catch((error: Error) => {
          throw new ListenError(error.message, { cause: error });
        });
        return new AgentIdentities(identities);
      },
    },
  ],
  exports: [AgentIdentities],
})
export class AuthModule {}
