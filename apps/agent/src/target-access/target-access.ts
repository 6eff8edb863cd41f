import { ListenError, type Logger, WatchedFiles } from '@app/operations';
import type { AgentOptions } from '../config/agent-options.js';
import { LastGood } from '../last-good.js';
import { authorizationOf, readSecret, secretFileOf, type TargetCredentials } from './target-credentials.js';
import { readTargetTls, type TargetTls, targetTlsFiles } from './target-tls.js';

const INTERVAL_MS = 5_000;

type AccessOptions = Pick<AgentOptions, 'http' | 'pathConfigs'>;

/**
 * What targets are asked with: trust and certificates for TLS, and credentials. What comes from files is read again
 * when they change; a file that cannot be used then leaves what it held last in force, with one warning.
 */
export class TargetAccess {
  readonly #tls: LastGood<TargetTls>;
  readonly #secrets: ReadonlyMap<string, LastGood<string>>;
  readonly #watches: readonly WatchedFiles[];
  readonly #listeners = new Set<(tls: TargetTls) => void>();

  private constructor(
    tlsFiles: readonly string[],
    tls: LastGood<TargetTls>,
    secrets: ReadonlyMap<string, LastGood<string>>,
  ) {
    this.#tls = tls;
    this.#secrets = secrets;
    this.#watches = [
      ...watch(tlsFiles, () => this.#readTls()),
      ...watch([...secrets.keys()], () => this.#readSecrets()),
    ];
  }

  /**
   * Read every file for the first time.
   *
   * @throws {ListenError} when one of them cannot be used
   */
  static async open(options: AccessOptions, log: Logger): Promise<TargetAccess> {
    const warn = (reason: string): void =>
      log.warn({ reason }, 'a file for the access to targets cannot be used, its last good content is');
    try {
      const tls = await LastGood.open(() => readTargetTls(options.http), warn);
      const secrets = await openSecrets(options.pathConfigs, warn);
      return new TargetAccess(targetTlsFiles(options.http), tls, secrets);
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

  /** Begin to follow the files; `stop` ends it. */
  async start(): Promise<void> {
    await Promise.all(this.#watches.map((watched) => watched.start()));
    if (this.#watches.length > 0) {
      // What changed before it was watched.
      await Promise.all([this.#readTls(), this.#readSecrets()]);
    }
  }

  stop(): void {
    this.#watches.forEach((watched) => watched.stop());
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

function watch(paths: readonly string[], onChange: () => Promise<void>): WatchedFiles[] {
  return paths.length === 0 ? [] : [new WatchedFiles(paths, INTERVAL_MS, onChange)];
}

/** Each file once, however many targets use it. */
async function openSecrets(
  targets: AccessOptions['pathConfigs'],
  warn: (reason: string) => void,
): Promise<Map<string, LastGood<string>>> {
  const secrets = new Map<string, LastGood<string>>();
  for (const { path, ...credentials } of targets) {
    const file = secretFileOf(credentials);
    if (file !== undefined && !secrets.has(file.path)) {
      const option = `agent.pathConfigs, the ${file.kind} of ${JSON.stringify(path)}`;
      secrets.set(file.path, await LastGood.open(() => readSecret(option, file.path, file.kind), warn));
    }
  }
  return secrets;
}
