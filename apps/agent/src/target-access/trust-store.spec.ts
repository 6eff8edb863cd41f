import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CertificateAuthority,
  type KeyPairFiles,
  pkcs12Store,
} from '../../../../test/support/certificates.js';
import { stagePerSuite } from '../../../../test/support/stage.js';
import { jksStore } from '../../../../test/support/trust-stores.js';
import { readTrustStore } from './trust-store.js';

const stage = stagePerSuite();
let directory: string;
let authority: CertificateAuthority;
let other: CertificateAuthority;
let server: KeyPairFiles;

beforeAll(async () => {
  directory = await stage.tempDir();
  authority = await CertificateAuthority.create(directory, 'one-ca');
  other = await CertificateAuthority.create(directory, 'other-ca');
  server = await authority.issue('server');
});

/** The names in the certificates of a store, or why it cannot be used. */
async function read(path: string, password = ''): Promise<string[] | string> {
  const outcome = await readTrustStore(await readFile(path), password);
  return outcome.kind === 'ok'
    ? outcome.certificates.map((pem) => new X509Certificate(pem).subject)
    : outcome.reason;
}

const jks = (name: string): Promise<string> =>
  jksStore(directory, name, 'changeit', [authority.certificate, other.certificate]);
const pkcs12 = (name: string, password = 'changeit'): Promise<string> =>
  pkcs12Store(directory, name, password, { certificate: authority.certificate });

describe('a trust store', () => {
  test('may be PEM, with anything between its certificates', async () => {
    const pems = [await readFile(authority.certificate, 'utf8'), await readFile(other.certificate, 'utf8')];

    const outcome = await readTrustStore(Buffer.from(`# one\n${pems.join('# other\n')}`), '');

    expect(outcome).toMatchObject({ kind: 'ok', certificates: [expect.any(String), expect.any(String)] });
  });

  test('may be a single certificate without armour', async () => {
    const { raw } = new X509Certificate(await readFile(authority.certificate));

    expect(await readTrustStore(raw, '')).toMatchObject({ kind: 'ok', certificates: [expect.any(String)] });
  });

  test('may be JKS', async () => {
    expect(await read(await jks('a.jks'), 'changeit')).toEqual(['CN=one-ca', 'CN=other-ca']);
  });

  test('that is JKS need not be checked by a password', async () => {
    expect(await read(await jks('b.jks'))).toEqual(['CN=one-ca', 'CN=other-ca']);
  });

  test('may be PKCS#12 that holds certificates only', async () => {
    expect(await read(await pkcs12('a.p12'), 'changeit')).toEqual(['CN=one-ca']);
  });

  test('may be PKCS#12 with an empty password', async () => {
    expect(await read(await pkcs12('b.p12', ''))).toEqual(['CN=one-ca']);
  });

  test('may be PKCS#12 that holds a key beside its certificate', async () => {
    const path = await pkcs12Store(directory, 'key.p12', 'changeit', server);

    expect(await read(path, 'changeit')).toEqual(['CN=server']);
  });
});

describe('a trust store cannot be used', () => {
  test.each([
    ['JKS', 'wrong', jks, 'the password of the store is wrong, or the store is damaged'],
    ['PKCS#12', 'wrong', pkcs12, 'the password of the store is wrong'],
    ['PKCS#12', '', pkcs12, 'the password of the store is wrong'],
  ])('when it is %s and its password is %j', async (_kind, password, create, reason) => {
    expect(await read(await create('wrong.store'), password)).toBe(reason);
  });

  test.each([
    ['is empty', Buffer.alloc(0), 'it holds no certificate in PEM, PKCS#12 or JKS'],
    ['is any text', Buffer.from('hello'), 'it holds no certificate in PEM, PKCS#12 or JKS'],
    ['ends early', Buffer.from('30820400', 'hex'), /^the file is neither PEM, PKCS#12 nor JKS/],
    ['is JCEKS', Buffer.from('cececece00000002', 'hex'), /^JCEKS stores are not supported/],
    ['is a JKS that ends early', Buffer.from('feedfeed0000000200000001', 'hex'), /cannot be read as one$/],
    [
      'holds a certificate that is none',
      Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      'certificate 1 of the store cannot be read',
    ],
  ])('when it %s', async (_what, content, reason) => {
    const outcome = await readTrustStore(content, 'changeit');

    expect(outcome).toMatchObject({ kind: 'invalid', reason: expect.stringMatching(reason) as string });
  });

  test('when it is an empty JKS', async () => {
    const path = await jksStore(directory, 'empty.jks', 'changeit', []);

    expect(await read(path, 'changeit')).toBe('it holds no certificate in PEM, PKCS#12 or JKS');
  });
});
