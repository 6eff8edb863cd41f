import { parseJks } from 'jks-js';
import type { TrustStoreOutcome } from './trust-store.js';

/** The certificates of a Java key store, trusted ones and those of key entries. */
export function readJks(content: Buffer, password: string): TrustStoreOutcome {
  try {
    const entries = parseJks(content, password);
    const certificates = entries.flatMap((entry) => ('cert' in entry ? [entry.cert] : entry.chain));
    return { kind: 'ok', certificates: certificates.map(({ value }) => toPem(value)) };
  } catch (error) {
    const isPassword = (error as Error).message.includes('Password verification');
    const reason = isPassword
      ? 'the password of the store is wrong, or the store is damaged'
      : 'the file begins like a Java key store but cannot be read as one';
    return { kind: 'invalid', reason };
  }
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
