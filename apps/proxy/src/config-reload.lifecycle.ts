import { isDeepStrictEqual } from 'node:util';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { WatchedFiles } from '@app/operations';
import { AgentRegistryService } from './agents/agent-registry.service.js';
import type { StreamSession } from './agents/stream-session.js';
import { AgentIdentities } from './auth/agent-identities.js';
import type { ConfigSource } from './config/config-source.js';
import type { ProxyOptions } from './config/proxy-options.js';
import { PathTable } from './paths/path-table.js';
import { CONFIG_SOURCE, PROXY_OPTIONS } from './proxy-tokens.js';

/** Time between two looks at the files, in milliseconds; a file watch makes it sooner. */
const INTERVAL_MS = 10_000;

/**
 * Takes up changed identities while the proxy runs: on a change of the configuration's files, and when asked to.
 *
 * Sessions whose identity was revoked, or may not have their paths any more, end; nobody else is touched. A configuration
 * that cannot be used leaves the running one in force. What else changed is named: it needs a restart.
 */
@Injectable()
export class ConfigReload implements OnApplicationBootstrap, OnApplicationShutdown {
  private watched: WatchedFiles | undefined;
  private wasUsable = true;
  private reloading: Promise<void> | undefined;

  constructor(
    @Inject(PROXY_OPTIONS) private options: ProxyOptions,
    @Optional() @Inject(CONFIG_SOURCE) private readonly source: ConfigSource | undefined,
    private readonly identities: AgentIdentities,
    private readonly agents: AgentRegistryService,
    private readonly paths: PathTable,
    private readonly log: PinoLogger,
  ) {}

  /** Whether the configuration could be used when it was read last. */
  get isLastUsable(): boolean {
    return this.wasUsable;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.source !== undefined && this.source.files.length > 0) {
      this.watched = new WatchedFiles(this.source.files, INTERVAL_MS, () => this.reload());
      await this.watched.start();
    }
  }

  onApplicationShutdown(): void {
    this.watched?.stop();
  }

  /** Read the configuration again, now. Never rejects; those who ask while it is being read share the outcome. */
  reload(): Promise<void> {
    this.reloading ??= this.readAgain().finally(() => {
      this.reloading = undefined;
    });
    return this.reloading;
  }

  private async readAgain(): Promise<void> {
    const outcome = await this.source?.load();
    if (outcome?.kind !== 'run') {
      const problems =
        outcome?.kind === 'invalid' ? outcome.problems : ['there is no configuration to read again'];
      this.wasUsable = false;
      this.log.error(
        { problems },
        'the changed configuration cannot be used; the running one stays in force',
      );
      return;
    }
    this.takeUp(outcome.options);
    this.wasUsable = true;
  }

  private takeUp(options: ProxyOptions): void {
    const revoked = this.identities.replace(options);
    const ended = this.agents.list().filter((session) => this.mustEnd(session, revoked));
    ended.forEach((session) =>
      this.agents.end(session, { cause: 'revoked', words: 'its identity was changed or revoked' }),
    );
    const needRestart = changedGroups(this.options, options);
    this.options = { ...this.options, auth: options.auth, agentToken: options.agentToken };
    this.log.info(
      { identities: this.identities.names, sessionsEnded: ended.length, needRestart },
      'the configuration was read again',
    );
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

/** The top-level keys, other than those of identities, whose value is another now. */
function changedGroups(before: ProxyOptions, now: ProxyOptions): string[] {
  const keys = Object.keys(now) as (keyof ProxyOptions)[];
  return keys.filter(
    (key) => key !== 'auth' && key !== 'agentToken' && !isDeepStrictEqual(before[key], now[key]),
  );
}
