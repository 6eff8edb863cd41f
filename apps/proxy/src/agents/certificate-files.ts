import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { parseCertificates, WatchedFiles } from '@app/operations';

/** PEM files of one TLS server. */
export interface CertificatePaths {
  readonly certChain: string;
  readonly privateKey: string;
  /** Who signs client certificates; undefined asks for none. */
  readonly trustCollection: string | undefined;
}

/** Told of each attempt to read changed files. */
export interface ReloadListener {
  reloaded(): void;
  /** The files cannot be used; the last good ones stay in force. */
  refused(problem: Error): void;
}

/** What the files hold. */
export interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly caCertificate: Buffer | undefined;
}

type CaListener = Parameters<experimental.CertificateProvider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<experimental.CertificateProvider['addIdentityCertificateListener']>[0];

const INTERVAL_MS = 5_000;
const BLOCK = 'proxy.tls';

/**
 * The certificates of a TLS server, read again when their files change. New connections get the new ones; those that exist
 * are not touched. Files that cannot be used leave the last good ones in force. The owner must call `stop`.
 */
export class CertificateFiles implements experimental.CertificateProvider {
  private readonly caListeners = new Set<CaListener>();
  private readonly identityListeners = new Set<IdentityListener>();
  private readonly files: WatchedFiles;
  private current: Certificates | undefined;

  constructor(
    private readonly paths: CertificatePaths,
    private readonly listener: ReloadListener,
  ) {
    const all = [paths.certChain, paths.privateKey, paths.trustCollection];
    this.files = new WatchedFiles(
      all.filter((path) => path !== undefined),
      INTERVAL_MS,
      () => this.reload(),
    );
  }

  /** @throws {Error} when a file cannot be read, or certificate and key do not belong together */
  async start(): Promise<void> {
    this.current = await readCertificates(BLOCK, this.paths);
    await this.files.start();
  }

  stop(): void {
    this.files.stop();
  }

  addCaCertificateListener(listener: CaListener): void {
    this.caListeners.add(listener);
    process.nextTick(() => this.tellCa(listener));
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.add(listener);
    process.nextTick(() => this.tellIdentity(listener));
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.delete(listener);
  }

  private async reload(): Promise<void> {
    try {
      this.current = await readCertificates(BLOCK, this.paths);
    } catch (error) {
      this.listener.refused(error as Error);
      return;
    }
    this.caListeners.forEach((listener) => this.tellCa(listener));
    this.identityListeners.forEach((listener) => this.tellIdentity(listener));
    this.listener.reloaded();
  }

  private tellCa(listener: CaListener): void {
    const ca = this.current?.caCertificate;
    listener(ca === undefined ? null : { caCertificate: ca });
  }

  private tellIdentity(listener: IdentityListener): void {
    const { current } = this;
    listener(current === undefined ? null : current);
  }
}

async function readNamed(option: string, path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw new Error(`${option}: cannot read ${path}: ${error.message}`, { cause: error });
  });
}

/**
 * Read what a TLS server is made with.
 *
 * @param block - the options that name the files, such as `proxy.tls`
 * @throws {Error} that names the option, when a file cannot be read, or certificate and key do not belong together
 */
export async function readCertificates(
  block: string,
  { certChain, privateKey, trustCollection }: CertificatePaths,
): Promise<Certificates> {
  const options = {
    certChain: `${block}.certChainFilePath`,
    privateKey: `${block}.privateKeyFilePath`,
    trustCollection: `${block}.trustCertCollectionFilePath`,
  };
  const [cert, key, ca] = await Promise.all([
    readNamed(options.certChain, certChain),
    readNamed(options.privateKey, privateKey),
    trustCollection === undefined ? undefined : readNamed(options.trustCollection, trustCollection),
  ]);
  checkCertificates(options.certChain, certChain, cert);
  if (trustCollection !== undefined && ca !== undefined) {
    checkCertificates(options.trustCollection, trustCollection, ca);
  }
  checkTogether(`${options.certChain} and ${options.privateKey}`, { cert, key, ca });
  return { certificate: cert, privateKey: key, caCertificate: ca };
}

function checkCertificates(option: string, path: string, pem: Buffer): void {
  try {
    parseCertificates(pem);
  } catch (error) {
    throw new Error(`${option}: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function checkTogether(options: string, files: SecureContextOptions): void {
  try {
    createSecureContext(files);
  } catch (error) {
    throw new Error(`${options} cannot be used together: ${(error as Error).message}`, { cause: error });
  }
}
