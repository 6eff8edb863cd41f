import { isDeepStrictEqual } from 'node:util';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { ConfigOutcome } from '@app/config';
import { WatchedFiles } from '@app/operations';
import { AgentRegistryService } from './agents/agent-registry.service.js';
import type { StreamSession } from './agents/stream-session.js';
import { AgentIdentities, type IdentityOptions } from './auth/agent-identities.js';
import { readTokens, tokenFilesOf } from './auth/token-files.js';
import type { ConfigSource } from './config/config-source.js';
import type { ProxyOptions } from './config/proxy-options.js';
import { PathTable } from './paths/path-table.js';
import { CONFIG_SOURCE, PROXY_OPTIONS } from './proxy-tokens.js';

/** Time between two looks at the files, in milliseconds; a file watch makes it sooner. */
const INTERVAL_MS = 10_000;
/** What is taken up while the proxy runs. */
const IDENTITY_KEYS: ReadonlySet<string> = new Set(['auth', 'agentToken', 'agentTokenFile']);

/**
 * Takes up changed identities while the proxy runs: on a change of the configuration's files or of those that hold tokens,
 * and when asked to.
 *
 * Sessions whose identity was revoked, or may not have their paths any more, end; nobody else is touched. A configuration
 * that cannot be used leaves the running one in force. What else changed is named: it needs a restart.
 */
@Injectable()
export class ConfigReload implements OnApplicationBootstrap, OnApplicationShutdown {
  private watched: WatchedFiles | undefined;
  private watchedPaths: readonly string[] = [];
  private wasUsable = true;
  private reading: Promise<void> | undefined;
  private rereading: Promise<void> | undefined;
  private isStopped = false;

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
    await this.watch(this.source?.files ?? []);
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    this.watched?.stop();
  }

  /**
   * Read the configuration again, now. Never rejects; those who ask while it is being read share one more reading, for what
   * they know of may have changed since this one began.
   */
  reload(): Promise<void> {
    if (this.reading === undefined) {
      this.reading = this.readAgain().finally(() => {
        this.reading = undefined;
      });
      return this.reading;
    }
    this.rereading ??= this.reading.then(() => {
      this.rereading = undefined;
      return this.reload();
    });
    return this.rereading;
  }

  /** Watch these files and those of the tokens; nothing changes when they are watched already. */
  private async watch(configFiles: readonly string[]): Promise<void> {
    const paths = [...configFiles, ...tokenFilesOf(this.options)];
    if (this.isStopped || isDeepStrictEqual(paths, this.watchedPaths)) {
      return;
    }
    this.watched?.stop();
    this.watchedPaths = paths;
    this.watched = new WatchedFiles(paths, INTERVAL_MS, () => this.reload());
    await this.watched.start();
  }

  private async readAgain(): Promise<void> {
    const outcome = await this.load();
    if (outcome.kind !== 'run') {
      this.refuse(outcome.kind === 'invalid' ? outcome.problems : ['it asks for a page to be printed']);
      return;
    }
    try {
      this.takeUp(outcome.options, await readTokens(outcome.options));
    } catch (error) {
      this.refuse([(error as Error).message]);
      return;
    }
    this.wasUsable = true;
    await this.watch(outcome.files);
  }

  /** Options that came from code stay what they are; their token files may have changed. */
  private async load(): Promise<ConfigOutcome<ProxyOptions>> {
    const { source, options } = this;
    return source === undefined ? { kind: 'run', options, notices: [], files: [] } : source.load();
  }

  private refuse(problems: readonly string[]): void {
    this.wasUsable = false;
    this.log.error({ problems }, 'the changed configuration cannot be used; the running one stays in force');
  }

  private takeUp(options: ProxyOptions, identities: IdentityOptions): void {
    const revoked = this.identities.replace(identities);
    const ended = this.agents.list().filter((session) => this.mustEnd(session, revoked));
    ended.forEach((session) =>
      this.agents.end(session, { cause: 'revoked', words: 'its identity was changed or revoked' }),
    );
    const needRestart = changedGroups(this.options, options);
    const { auth, agentToken, agentTokenFile } = options;
    this.options = { ...this.options, auth, agentToken, agentTokenFile };
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
  return keys.filter((key) => !IDENTITY_KEYS.has(key) && !isDeepStrictEqual(before[key], now[key]));
}
