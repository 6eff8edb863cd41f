import { Module } from '@nestjs/common';
import { ExtensionFaults } from '@app/extensions';
import { ListenError } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { AgentAuthentication } from './agent-authentication.js';
import { AgentIdentities } from './agent-identities.js';
import { readScrapeCredentials } from './read-scrape-credentials.js';
import { ScrapeCredentials } from './scrape-credentials.js';
import { ScrapeGuard } from './scrape-guard.service.js';
import { readTokens } from './token-files.js';

/** Who may connect, and who may scrape. */
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
    {
      provide: ScrapeCredentials,
      inject: [PROXY_OPTIONS],
      useFactory: async ({ http }: ProxyOptions): Promise<ScrapeCredentials> => {
        const credentials = await readScrapeCredentials(http.auth).catch((error: Error) => {
          throw new ListenError(error.message, { cause: error });
        });
        return new ScrapeCredentials(credentials);
      },
    },
    ScrapeGuard,
  ],
  exports: [AgentIdentities, AgentAuthentication, ScrapeCredentials, ScrapeGuard],
})
export class AuthModule {}
