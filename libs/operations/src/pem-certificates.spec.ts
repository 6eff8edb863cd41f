import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../test/support/certificates.js';
import { stagePerSuite } from '../../../test/support/stage.js';
import { parseCertificates } from './pem-certificates.js';

describe('a file of certificates', () => {
  const suite = stagePerSuite();
  let one: Buffer;
  let other: Buffer;
  let key: Buffer;

  beforeAll(async () => {
    const directory = await suite.tempDir();
    const authority = await CertificateAuthority.create(directory, 'one');
    const issued = await authority.issue('other');
    [one, other, key] = (await Promise.all(
      [authority.certificate, issued.certificate, issued.key].map((path) => readFile(path)),
    )) as [Buffer, Buffer, Buffer];
  });

  it('is read in order, whatever stands between', () => {
    const file = Buffer.concat([Buffer.from('# the first\n'), one, Buffer.from('\r\nanother:\n'), other]);

    expect(parseCertificates(file).map(({ subject }) => subject)).toEqual(['CN=one', 'CN=other']);
  });

  it.each([
    ['is empty', () => Buffer.alloc(0), 'the file holds no certificate in PEM'],
    ['holds a key', () => key, 'the file holds no certificate in PEM'],
    ['is cut short', () => one.subarray(0, 200), 'the file holds no certificate in PEM'],
    [
      'is cut short in the second',
      () => Buffer.concat([one, other.subarray(0, 200)]),
      'the file ends in the middle of a certificate',
    ],
    ['is broken within', () => Buffer.from(one.toString().replace(/\n.{10}/, '\nAAAAAAAAAA')), /./],
  ])('is refused when it %s', (_name, file, problem) => {
    expect(() => parseCertificates(file())).toThrow(problem);
  });
});
