import { Module } from '@nestjs/common';
import { ExtensionFaults } from '@app/extensions';
import { ListenError } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { AgentAuthentication } from './agent-authentication.js';
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
    {
      provide: AgentAuthentication,
      inject: [AgentIdentities, ExtensionFaults],
      useFactory: (identities: AgentIdentities, faults: ExtensionFaults) =>
        new AgentAuthentication(identities, faults),
    },
  ],
  exports: [AgentIdentities, AgentAuthentication],
})
export class AuthModule {}
