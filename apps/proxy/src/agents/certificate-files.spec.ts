import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority, type KeyPairFiles } from '../../../../test/support/certificates.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { CertificateFiles } from './certificate-files.js';

describe('the certificates of the agent port', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let authority: CertificateAuthority;
  let [first, second]: KeyPairFiles[] = [];
  let paths: { certChain: string; privateKey: string; trustCollection: string };
  let problems: string[];
  let reloads: number;

  beforeAll(async () => {
    authority = await CertificateAuthority.create(await suite.tempDir());
    [first, second] = [await authority.issue('first'), await authority.issue('second')];
  });

  beforeEach(async () => {
    const folder = await stage.tempDir();
    paths = {
      certChain: join(folder, 'tls.crt'),
      privateKey: join(folder, 'tls.key'),
      trustCollection: join(folder, 'ca.crt'),
    };
    [problems, reloads] = [[], 0];
    await put(first);
    await copyFile(authority.certificate, paths.trustCollection);
  });

  const put = async (pair: KeyPairFiles | undefined): Promise<void> => {
    await copyFile(pair?.certificate ?? '', paths.certChain);
    await copyFile(pair?.key ?? '', paths.privateKey);
  };

  const start = async (): Promise<{ inForce: () => string; files: CertificateFiles }> => {
    const files = new CertificateFiles(paths, {
      reloaded: () => (reloads += 1),
      refused: ({ message }) => problems.push(message),
    });
    stage.atEnd(() => files.stop());
    await files.start();
    const given: { identity?: string; ca?: string } = {};
    files.addIdentityCertificateListener((update) => (given.identity = String(update?.certificate)));
    files.addCaCertificateListener((update) => (given.ca = String(update?.caCertificate)));
    await expect.poll(() => given.ca).toBeDefined();
    return { inForce: () => `${given.identity}${given.ca}`, files };
  };

  const contentOf = async (pair: KeyPairFiles | undefined): Promise<string> =>
    `${await readFile(pair?.certificate ?? '', 'utf8')}${await readFile(authority.certificate, 'utf8')}`;

  it('are taken up when they change', async () => {
    const { inForce } = await start();
    const before = inForce();

    await put(second);
    await expect.poll(() => reloads).toBeGreaterThan(0);

    expect(before).toBe(await contentOf(first));
    await expect.poll(inForce).toBe(await contentOf(second));
  });

  it.each([
    ['the certificate is empty', 'certChain', '', /tls\.crt: the file holds no certificate in PEM$/],
    ['the key is something else', 'privateKey', 'no key', /DECODER|PEM/],
    [
      'the trust collection is empty',
      'trustCollection',
      '',
      /ca\.crt: the file holds no certificate in PEM$/,
    ],
    ['the trust collection is cut short', 'trustCollection', '-----BEGIN CERTIFICATE-----\nMII', /ca\.crt: /],
  ] as const)(
    'stay in force when %s, and are taken up once that is mended',
    async (_name, file, content, problem) => {
      const { inForce } = await start();
      const good = await readFile(paths[file]);

      await writeFile(paths[file], content);
      await expect.poll(() => problems).toEqual([expect.stringMatching(problem)]);
      const afterwards = inForce();
      await writeFile(paths[file], good);
      await expect.poll(() => reloads).toBe(1);

      expect(afterwards).toBe(await contentOf(first));
    },
  );

  it('do not begin with a key that belongs to another certificate', async () => {
    await copyFile(second?.key ?? '', paths.privateKey);

    await expect(start()).rejects.toThrow(/key values mismatch/);
  });
});
