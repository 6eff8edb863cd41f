import { Module } from '@nestjs/common';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { AgentIdentities } from './agent-identities.js';

/** Who may connect. */
@Module({
  providers: [
    {
      provide: AgentIdentities,
      inject: [PROXY_OPTIONS],
      useFactory: (options: ProxyOptions) => new AgentIdentities(options),
    },
  ],
  exports: [AgentIdentities],
})
export class AuthModule {}
