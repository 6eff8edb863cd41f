import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { parseCertificates } from '@app/operations';
import { defaultAuthorities } from '../default-authorities.js';

/** PEM files; an empty path stands for none. */
export interface LinkCertificateFiles {
  /** Who may have signed the proxy's certificate; without it, the authorities of the system. */
  trustCollection: string;
  /** What this agent presents; both or neither. */
  certChain: string;
  privateKey: string;
}

/** What a TLS connection to a proxy is made with. */
export interface LinkCertificates {
  context: SecureContext;
  /** When the certificate that this agent presents expires; undefined when it presents none. */
  ownValidTo: Date | undefined;
}

/** @throws {Error} that names the option, when a file cannot be read or its content cannot be used */
export async function readLinkCertificates(files: LinkCertificateFiles): Promise<LinkCertificates> {
  const [ca, cert, key] = await Promise.all([
    readPem('agent.tls.trustCertCollectionFilePath', files.trustCollection),
    readPem('agent.tls.certChainFilePath', files.certChain),
    readPem('agent.tls.privateKeyFilePath', files.privateKey),
  ]);
  if (ca !== undefined) {
    firstCertificate('agent.tls.trustCertCollectionFilePath', ca);
  }
  const own = cert === undefined ? undefined : firstCertificate('agent.tls.certChainFilePath', cert);
  return { context: createContext(ca ?? defaultAuthorities(), cert, key), ownValidTo: own?.validToDate };
}

async function readPem(option: string, path: string): Promise<Buffer | undefined> {
  if (path === '') {
    return undefined;
  }
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${option}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The first certificate of a file in which all are whole. */
function firstCertificate(option: string, pem: Buffer): X509Certificate {
  try {
    return parseCertificates(pem)[0];
  } catch (error) {
    throw new Error(`${option}: ${(error as Error).message}`, { cause: error });
  }
}

function createContext(
  ca: Buffer | string[],
  cert: Buffer | undefined,
  key: Buffer | undefined,
): SecureContext {
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const words = (error as Error).message;
    throw new Error(`agent.tls: certificate and private key cannot be used together: ${words}`, {
      cause: error,
    });
  }
}
