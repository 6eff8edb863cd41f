import { isDeepStrictEqual } from 'node:util';
import { ListenError, type Logger, WatchedFiles } from '@app/operations';
import type { AgentOptions } from '../config/agent-options.js';
import { LastGood } from '../last-good.js';
import { authorizationOf, readSecret, secretFileOf, type TargetCredentials } from './target-credentials.js';
import { readTargetTls, type TargetTls, targetTlsFiles } from './target-tls.js';

const INTERVAL_MS = 5_000;

/** What each file holds, by its path. */
type Secrets = ReadonlyMap<string, LastGood<string>>;
type Warn = (reason: string) => void;
type AccessOptions = Pick<AgentOptions, 'http' | 'pathConfigs'>;

/**
 * What targets are asked with: trust and certificates for TLS, and credentials. What comes from files is read again
 * when they change; a file that cannot be used then leaves what it held last in force, with one warning.
 */
export class TargetAccess {
  readonly #tls: LastGood<TargetTls>;
  readonly #tlsWatch: WatchedFiles | undefined;
  readonly #warn: Warn;
  #secrets: Secrets;
  #secretWatch: WatchedFiles | undefined;
  #isStarted = false;
  readonly #listeners = new Set<(tls: TargetTls) => void>();

  private constructor(tlsFiles: readonly string[], tls: LastGood<TargetTls>, secrets: Secrets, warn: Warn) {
    this.#tls = tls;
    this.#warn = warn;
    this.#secrets = secrets;
    this.#tlsWatch = watch(tlsFiles, () => this.#readTls());
    this.#secretWatch = this.#watchSecrets();
  }

  /**
   * Read every file for the first time.
   *
   * @throws {ListenError} when one of them cannot be used
   */
  static async open(options: AccessOptions, log: Logger): Promise<TargetAccess> {
    const warn: Warn = (reason) =>
      log.warn({ reason }, 'a file for the access to targets cannot be used, its last good content is');
    try {
      const tls = await LastGood.open(() => readTargetTls(options.http), warn);
      const secrets = await openSecrets(options.pathConfigs, new Map(), warn);
      return new TargetAccess(targetTlsFiles(options.http), tls, secrets, warn);
    } catch (error) {
      throw new ListenError((error as Error).message, { cause: error });
    }
  }

  get tls(): TargetTls {
    return this.#tls.last;
  }

  /** Hear of changed trust or certificates until the returned function is called. */
  listen(listener: (tls: TargetTls) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The `Authorization` for a target as it is now, undefined where it has no credentials of its own. */
  authorizationOf(credentials: TargetCredentials): string | undefined {
    return authorizationOf(credentials, (path) => this.#secrets.get(path)?.last);
  }

  /**
   * Read the files that other targets need. Those that are in use already may be broken: their last good content counts.
   *
   * @returns what puts them into force
   * @throws {Error} that names the option, when a file that is new cannot be used
   */
  async prepare(targets: AccessOptions['pathConfigs']): Promise<() => void> {
    const secrets = await openSecrets(targets, this.#secrets, this.#warn);
    return () => this.#useSecrets(secrets);
  }

  /** Begin to follow the files; `stop` ends it. */
  async start(): Promise<void> {
    this.#isStarted = true;
    await Promise.all([this.#tlsWatch?.start(), this.#secretWatch?.start()]);
    if (this.#tlsWatch !== undefined || this.#secretWatch !== undefined) {
      // What changed before it was watched.
      await Promise.all([this.#readTls(), this.#readSecrets()]);
    }
  }

  stop(): void {
    this.#isStarted = false;
    this.#tlsWatch?.stop();
    this.#secretWatch?.stop();
  }

  #useSecrets(secrets: Secrets): void {
    const isSame = isDeepStrictEqual([...secrets.keys()], [...this.#secrets.keys()]);
    this.#secrets = secrets;
    if (isSame) {
      return;
    }
    this.#secretWatch?.stop();
    this.#secretWatch = this.#watchSecrets();
    if (this.#isStarted) {
      void this.#secretWatch?.start().then(() => this.#readSecrets());
    }
  }

  #watchSecrets(): WatchedFiles | undefined {
    return watch([...this.#secrets.keys()], () => this.#readSecrets());
  }

  async #readTls(): Promise<void> {
    const before = this.#tls.last;
    const tls = await this.#tls.get();
    if (tls !== before) {
      this.#listeners.forEach((listener) => listener(tls));
    }
  }

  async #readSecrets(): Promise<void> {
    await Promise.all([...this.#secrets.values()].map((secret) => secret.get()));
  }
}

function watch(paths: readonly string[], onChange: () => Promise<void>): WatchedFiles | undefined {
  return paths.length === 0 ? undefined : new WatchedFiles(paths, INTERVAL_MS, onChange);
}

/** Each file once, however many targets use it. */
async function openSecrets(
  targets: AccessOptions['pathConfigs'],
  known: Secrets,
  warn: Warn,
): Promise<Map<string, LastGood<string>>> {
  const secrets = new Map<string, LastGood<string>>();
  for (const { path, ...credentials } of targets) {
    const file = secretFileOf(credentials);
    if (file !== undefined && !secrets.has(file.path)) {
      const option = `agent.pathConfigs, the ${file.kind} of ${JSON.stringify(path)}`;
      const secret =
        known.get(file.path) ?? (await LastGood.open(() => readSecret(option, file.path, file.kind), warn));
      secrets.set(file.path, secret);
    }
  }
  return secrets;
}
