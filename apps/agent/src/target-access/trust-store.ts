import { X509Certificate } from 'node:crypto';

/** What a trust store holds: certificates as PEM, at least one; or in words why it cannot be used. */
export type TrustStoreOutcome =
  { kind: 'ok'; certificates: readonly string[] } | { kind: 'invalid'; reason: string };

const PEM_CERTIFICATE =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;
/** How every PKCS#12 store and every bare certificate begins. */
const DER_SEQUENCE = 0x30;
const JKS_MAGIC = 0xfeedfeed;
const JCEKS_MAGIC = 0xcececece;

/**
 * Read a trust store of any kind: PEM, a bare certificate, PKCS#12 or JKS. All its certificates count, also those
 * that come with a private key, which is not looked at.
 *
 * @param password - for PKCS#12 and JKS; empty leaves a JKS unchecked, whose certificates are not encrypted
 */
export async function readTrustStore(content: Buffer, password: string): Promise<TrustStoreOutcome> {
  const outcome = await readAnyKind(content, password);
  if (outcome.kind === 'invalid') {
    return outcome;
  }
  const unreadable = outcome.certificates.findIndex((pem) => toCertificate(pem) === undefined);
  if (unreadable !== -1) {
    return { kind: 'invalid', reason: `certificate ${unreadable + 1} of the store cannot be read` };
  }
  return outcome.certificates.length === 0
    ? { kind: 'invalid', reason: 'it holds no certificate in PEM, PKCS#12 or JKS' }
    : outcome;
}

/** The readers of binary stores are large, and loaded where there is such a store. */
async function readAnyKind(content: Buffer, password: string): Promise<TrustStoreOutcome> {
  const magic = content.length >= 4 ? content.readUInt32BE(0) : undefined;
  if (magic === JKS_MAGIC) {
    const { readJks } = await import('./jks-store.js');
    return readJks(content, password);
  }
  if (magic === JCEKS_MAGIC) {
    return { kind: 'invalid', reason: 'JCEKS stores are not supported; convert it to PKCS#12' };
  }
  if (content[0] !== DER_SEQUENCE) {
    return { kind: 'ok', certificates: content.toString('latin1').match(PEM_CERTIFICATE) ?? [] };
  }
  const bare = toCertificate(content);
  if (bare !== undefined) {
    return { kind: 'ok', certificates: [bare.toString()] };
  }
  const { readPkcs12 } = await import('./pkcs12-store.js');
  return readPkcs12(content, password);
}

function toCertificate(encoded: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(encoded);
  } catch {
    return undefined;
  }
}
