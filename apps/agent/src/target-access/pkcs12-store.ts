import forge from 'node-forge';
import type { TrustStoreOutcome } from './trust-store.js';

/** The certificates of a PKCS#12 store, with or without keys beside them. */
export function readPkcs12(content: Buffer, password: string): TrustStoreOutcome {
  try {
    const store = forge.asn1.fromDer(forge.util.createBuffer(content.toString('latin1')));
    const { safeContents } = forge.pkcs12.pkcs12FromAsn1(store, password);
    const certificates = safeContents.flatMap(({ safeBags }) => safeBags.flatMap(certificateOf));
    return { kind: 'ok', certificates };
  } catch (error) {
    const isPassword = /password|could not be verified|decrypt/i.test((error as Error).message);
    const reason = isPassword
      ? 'the password of the store is wrong'
      : `the file is neither PEM, PKCS#12 nor JKS (${(error as Error).message})`;
    return { kind: 'invalid', reason };
  }
}

/** The library takes only RSA certificates apart; of all others it leaves the encoding. */
function certificateOf(bag: forge.pkcs12.Bag): string[] {
  if (bag.type !== forge.pki.oids['certBag']) {
    return [];
  }
  const encoded =
    bag.cert === undefined || bag.cert === null ? bag.asn1 : forge.pki.certificateToAsn1(bag.cert);
  return [forge.pem.encode({ type: 'CERTIFICATE', body: forge.asn1.toDer(encoded).getBytes() })];
}
