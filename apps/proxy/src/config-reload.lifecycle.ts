import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { ConfigSource } from '@app/config';
import { type ConfigParts, ConfigReloader } from '@app/operations';
import { AgentRegistryService } from './agents/agent-registry.service.js';
import type { StreamSession } from './agents/stream-session.js';
import { AgentAuthentication } from './auth/agent-authentication.js';
import { AgentIdentities, type IdentityOptions } from './auth/agent-identities.js';
import { requireOneDecider } from './auth/one-decider.js';
import { readScrapeCredentials, scrapeSecretFilesOf } from './auth/read-scrape-credentials.js';
import { ScrapeCredentials } from './auth/scrape-credentials.js';
import { ScrapeGuard } from './auth/scrape-guard.service.js';
import { readTokens, tokenFilesOf } from './auth/token-files.js';
import { type ProxyOptions, proxyRows } from './config/proxy-options.js';
import { PathTable } from './paths/path-table.js';
import { CONFIG_SOURCE, PROXY_OPTIONS } from './proxy-tokens.js';

/**
 * Takes up changed identities of agents and credentials of scrapers while the proxy runs. Sessions whose identity was
 * revoked, or may not have their paths any more, end; nobody else is touched.
 */
@Injectable()
export class ConfigReload implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Reads again when asked to, and knows how that went. */
  readonly reloader: ConfigReloader<ProxyOptions>;

  constructor(
    @Inject(PROXY_OPTIONS) options: ProxyOptions,
    @Optional() @Inject(CONFIG_SOURCE) source: ConfigSource<ProxyOptions> | undefined,
    private readonly identities: AgentIdentities,
    private readonly credentials: ScrapeCredentials,
    authentication: AgentAuthentication,
    guard: ScrapeGuard,
    private readonly agents: AgentRegistryService,
    private readonly paths: PathTable,
    log: PinoLogger,
  ) {
    const parts: ConfigParts<ProxyOptions> = {
      prefix: 'proxy',
      rows: proxyRows,
      watchedBy: (now) => [...tokenFilesOf(now), ...scrapeSecretFilesOf(now.http.auth)],
      prepare: async (now) => {
        requireOneDecider(now, { agents: authentication.decider, scrapers: guard.decider });
        const [proven, scrapers] = await Promise.all([readTokens(now), readScrapeCredentials(now.http.auth)]);
        return () => {
          this.credentials.replace(scrapers);
          return this.takeUp(proven);
        };
      },
    };
    this.reloader = new ConfigReloader({ options, source }, parts, log);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.reloader.start();
  }

  onApplicationShutdown(): void {
    this.reloader.stop();
  }

  private takeUp(identities: IdentityOptions): object {
    const revoked = this.identities.replace(identities);
    const ended = this.agents.list().filter((session) => this.mustEnd(session, revoked));
    ended.forEach((session) =>
      this.agents.end(session, { cause: 'revoked', words: 'its identity was changed or revoked' }),
    );
    return { identities: this.identities.names, sessionsEnded: ended.length };
  }

  private mustEnd(session: StreamSession, revoked: ReadonlySet<string>): boolean {
    const { identity } = session;
    if (identity === undefined) {
      return this.identities.isRequired;
    }
    const lostPath = this.paths.pathsOf(session).some((path) => !this.identities.mayRegister(identity, path));
    return revoked.has(identity) || lostPath;
  }
}
