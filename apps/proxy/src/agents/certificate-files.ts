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

interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly caCertificate: Buffer | undefined;
}

type CaListener = Parameters<experimental.CertificateProvider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<experimental.CertificateProvider['addIdentityCertificateListener']>[0];

const INTERVAL_MS = 5_000;
const CERT_CHAIN = 'proxy.tls.certChainFilePath';
const PRIVATE_KEY = 'proxy.tls.privateKeyFilePath';
const TRUST_COLLECTION = 'proxy.tls.trustCertCollectionFilePath';

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
    this.current = await this.read();
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
      this.current = await this.read();
    } catch (error) {
      this.listener.refused(error as Error);
      return;
    }
    this.caListeners.forEach((listener) => this.tellCa(listener));
    this.identityListeners.forEach((listener) => this.tellIdentity(listener));
    this.listener.reloaded();
  }

  private async read(): Promise<Certificates> {
    const { certChain, privateKey, trustCollection } = this.paths;
    const [cert, key, ca] = await Promise.all([
      readNamed(CERT_CHAIN, certChain),
      readNamed(PRIVATE_KEY, privateKey),
      trustCollection === undefined ? undefined : readNamed(TRUST_COLLECTION, trustCollection),
    ]);
    checkCertificates(CERT_CHAIN, certChain, cert);
    if (trustCollection !== undefined && ca !== undefined) {
      checkCertificates(TRUST_COLLECTION, trustCollection, ca);
    }
    checkTogether({ cert, key, ca });
    return { certificate: cert, privateKey: key, caCertificate: ca };
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

function checkCertificates(option: string, path: string, pem: Buffer): void {
  try {
    parseCertificates(pem);
  } catch (error) {
    throw new Error(`${option}: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function checkTogether(files: SecureContextOptions): void {
  try {
    createSecureContext(files);
  } catch (error) {
    const words = `${CERT_CHAIN} and ${PRIVATE_KEY} cannot be used together`;
    throw new Error(`${words}: ${(error as Error).message}`, { cause: error });
  }
}
