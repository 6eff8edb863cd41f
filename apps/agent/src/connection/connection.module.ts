import { Module } from '@nestjs/common';
import { Deadlines } from '@app/deadlines';
import { LOGGER } from '@app/operations';
import type { Logger } from 'pino';
import { AGENT_IDENTITY, type AgentIdentity } from '../agent-identity.js';
import { AGENT_OPTIONS } from '../agent-options.token.js';
import type { AgentOptions } from '../config/agent-options.js';
import { DeltaCoder } from '../delta/delta-coder.js';
import { Egress } from '../egress/egress.js';
import { EgressModule } from '../egress/egress.module.js';
import { HeartbeatScheduler } from '../heartbeat/heartbeat.scheduler.js';
import { AgentMetrics } from '../metrics/agent-metrics.js';
import { AgentTraffic } from '../metrics/agent-traffic.js';
import { TargetTable } from '../paths/target-table.js';
import { ResponseWriter } from '../scrape/response-writer.js';
import { ScrapeModule } from '../scrape/scrape.module.js';
import { ScrapeService } from '../scrape/scrape.service.js';
import { ConnectionLifecycle } from './connection.lifecycle.js';
import { connectionOptions, dialOptions, heartbeatOptions, plaintextWarning } from './connection-settings.js';
import { LinkCalls } from './link-calls.js';
import { LinkSecrets } from './link-secrets.js';
import { PeerWords } from './peer-words.js';
import { ProxyConnection } from './proxy-connection.js';
import { ProxyConnections } from './proxy-connections.js';
import { ProxyDialer } from './proxy-dialer.js';

const MEBIBYTE = 1024 * 1024;

/** The connections to proxies, and what keeps them alive. */
@Module({
  imports: [EgressModule, ScrapeModule],
  providers: [
    {
      provide: PeerWords,
      inject: [AGENT_OPTIONS],
      useFactory: ({ limits }: AgentOptions) => new PeerWords(limits.maxReasonLength),
    },
    {
      provide: LinkCalls,
      inject: [AGENT_OPTIONS],
      useFactory: ({ limits }: AgentOptions) => new LinkCalls(limits.partialMessageMBytes * MEBIBYTE),
    },
    {
      provide: ProxyConnections,
      inject: [
        AGENT_OPTIONS,
        AGENT_IDENTITY,
        LOGGER,
        TargetTable,
        ScrapeService,
        ResponseWriter,
        AgentMetrics,
        Egress,
        AgentTraffic,
        DeltaCoder,
        PeerWords,
        LinkCalls,
        Deadlines,
      ],
      useFactory: async (
        options: AgentOptions,
        identity: AgentIdentity,
        log: Logger,
        targets: TargetTable,
        scrapes: ScrapeService,
        writer: ResponseWriter,
        metrics: AgentMetrics,
        egress: Egress,
        traffic: AgentTraffic,
        deltas: DeltaCoder,
        words: PeerWords,
        calls: LinkCalls,
        deadlines: Deadlines,
      ): Promise<ProxyConnections> => {
        const warning = plaintextWarning(options);
        if (warning !== undefined) {
          log.warn(warning);
        }
        const secrets = await LinkSecrets.open(options, log);
        const dialer = new ProxyDialer(dialOptions(options), secrets, words, egress, traffic.proxies, calls);
        const settings = connectionOptions(options);
        const connection = new ProxyConnection(settings, {
          identity,
          targets,
          writer,
          log,
          heartbeat: heartbeatOptions(options),
          deadlines,
          scrape: (scrape, cancellation) => scrapes.scrape(scrape, cancellation),
          routes: (endpoint, signal) => dialer.routes(endpoint, signal),
          forget: (session) => deltas.forget(session),
          observeConnect: (outcome) => metrics.connected(outcome),
        });
        return new ProxyConnections([connection], settings.inFlightBound);
      },
    },
    ConnectionLifecycle,
    HeartbeatScheduler,
  ],
  exports: [LinkCalls, PeerWords, ProxyConnections, ScrapeModule],
})
export class ConnectionModule {}
