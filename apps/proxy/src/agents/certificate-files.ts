import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
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
      readFile(certChain),
      readFile(privateKey),
      trustCollection === undefined ? undefined : readFile(trustCollection),
    ]);
    checkCertificates(certChain, cert);
    if (trustCollection !== undefined && ca !== undefined) {
      checkCertificates(trustCollection, ca);
    }
    createSecureContext({ cert, key, ca });
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

function checkCertificates(path: string, pem: Buffer): void {
  try {
    parseCertificates(pem);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
