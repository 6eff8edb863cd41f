import { X509Certificate } from 'node:crypto';

const BLOCK =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const BEGIN = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, in order; at least one. TLS itself takes a collection that is empty, cut short or something
 * else altogether, and then trusts nobody.
 *
 * @throws {Error} when there is none, or one cannot be read
 */
export function parseCertificates(pem: Buffer): readonly [X509Certificate, ...X509Certificate[]] {
  const text = pem.toString('latin1');
  const [first, ...others] = (text.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
  if (first === undefined) {
    throw new Error('the file holds no certificate in PEM');
  }
  if (others.length + 1 !== text.match(BEGIN)?.length) {
    throw new Error('the file ends in the middle of a certificate');
  }
  return [first, ...others];
}
