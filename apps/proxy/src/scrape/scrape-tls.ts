import type { Server } from 'node:https';
import type { ServerOptions } from 'node:https';
import { ListenError, WatchedFiles } from '@app/operations';
import {
  type CertificatePaths,
  type Certificates,
  readCertificates,
  type ReloadListener,
} from '../agents/certificate-files.js';
import type { ProxyOptions } from '../config/proxy-options.js';

const INTERVAL_MS = 5_000;
const BLOCK = 'proxy.http.tls';
/** How long a scraper may take for the handshake, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/**
 * TLS of the scrape port, whose files are read again when they change: new connections get the new ones, those that exist
 * are not touched. Files that cannot be used leave the last good ones in force. The owner must call `stop`.
 */
export class ScrapeTls {
  private watched: WatchedFiles | undefined;

  private constructor(
    private readonly paths: CertificatePaths,
    private readonly certificates: Certificates,
    private readonly listener: ReloadListener,
  ) {}

  /**
   * @returns undefined where the port is plain text
   * @throws {ListenError} when a file cannot be used
   */
  static async open(
    { http: { tls } }: ProxyOptions,
    listener: ReloadListener,
  ): Promise<ScrapeTls | undefined> {
    const { certChainFilePath, privateKeyFilePath, trustCertCollectionFilePath } = tls;
    if (certChainFilePath === '') {
      return undefined;
    }
    const paths = {
      certChain: certChainFilePath,
      privateKey: privateKeyFilePath,
      trustCollection: trustCertCollectionFilePath === '' ? undefined : trustCertCollectionFilePath,
    };
    const certificates = await readCertificates(BLOCK, paths).catch((error: Error) => {
      throw new ListenError(`the scrape port cannot have TLS: ${error.message}; check proxy.http.tls`, {
        cause: error,
      });
    });
    return new ScrapeTls(paths, certificates, listener);
  }

  /** What a server is made with. */
  get serverOptions(): ServerOptions {
    const isMutual = this.paths.trustCollection !== undefined;
    return {
      ...toContext(this.certificates),
      requestCert: isMutual,
      rejectUnauthorized: isMutual,
      handshakeTimeout: HANDSHAKE_MS,
    };
  }

  /** Give changed certificates to this server from now on. */
  async follow(server: Server): Promise<void> {
    const all = [this.paths.certChain, this.paths.privateKey, this.paths.trustCollection];
    const files = all.filter((path) => path !== undefined);
    this.watched = new WatchedFiles(files, INTERVAL_MS, () => this.reload(server));
    await this.watched.start();
  }

  stop(): void {
    this.watched?.stop();
  }

  private async reload(server: Server): Promise<void> {
    try {
      server.setSecureContext(toContext(await readCertificates(BLOCK, this.paths)));
    } catch (error) {
      this.listener.refused(error as Error);
      return;
    }
    this.listener.reloaded();
  }
}

function toContext({ certificate, privateKey, caCertificate }: Certificates): ServerOptions {
  return { cert: certificate, key: privateKey, ca: caCertificate, minVersion: 'TLSv1.2' };
}
