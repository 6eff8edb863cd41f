import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CertificateAuthority,
  type KeyPairFiles,
  selfSigned,
} from '../../../../test/support/certificates.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { readTargetTls, type TargetTlsOptions } from '../target-access/target-tls.js';
import { startHttpsTarget } from '../testing/https-target.js';
import { TargetAsker, trusting as trustingStore } from '../testing/target-asker.js';

type Files = Record<'server' | 'expired' | 'misnamed' | 'client', KeyPairFiles>;

const suite = stagePerSuite();
const stage = stagePerTest();
let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let files: Files;
let alone: KeyPairFiles;

beforeAll(async () => {
  const directory = await suite.tempDir();
  authority = await CertificateAuthority.create(directory);
  stranger = await CertificateAuthority.create(directory, 'stranger');
  files = {
    server: await authority.issue('server'),
    expired: await authority.issue('expired', { expired: true }),
    misnamed: await authority.issue('misnamed', { names: ['DNS:db.example', 'IP:10.0.0.1'] }),
    client: await authority.issue('client'),
  };
  alone = await selfSigned(directory, 'alone');
});

const trusting = (overrides: Partial<TargetTlsOptions> = {}): TargetTlsOptions =>
  trustingStore(authority.certificate, overrides);

const trustingAll = (): TargetTlsOptions =>
  trusting({ enableTrustAllX509Certificates: true, trustStorePath: '' });

/** Fetch once; the words of the failure, or the body. */
const ask = async (url: string, tls: TargetTlsOptions): Promise<string> =>
  (await TargetAsker.open(stage, tls)).ask(url);

describe('an https target', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is trusted by the authority of the store, over %s',
    async (version) => {
      const target = await startHttpsTarget(stage, files.server, {
        minVersion: version,
        maxVersion: version,
      });

      expect(await ask(target.url(), trusting())).toBe('up 1\n');
      expect(await ask(target.url('127.0.0.1'), trusting())).toBe('up 1\n');
    },
  );

  test('is trusted when the store holds its own certificate, whoever signed that', async () => {
    const target = await startHttpsTarget(stage, files.server);

    expect(await ask(target.url(), trusting({ trustStorePath: files.server.certificate }))).toBe('up 1\n');
  });

  test.each<[string, (f: Files) => KeyPairFiles, Partial<TargetTlsOptions>, RegExp]>([
    ['has expired', (f) => f.expired, {}, /^the certificate of the target has expired$/],
    [
      'is for another host',
      (f) => f.misnamed,
      {},
      /^the certificate of the target is not for localhost but for db\.example, 10\.0\.0\.1$/,
    ],
    ['is self-signed', () => alone, {}, /^the certificate of the target is self-signed/],
    [
      'the system does not know',
      (f) => f.server,
      { trustStorePath: '' },
      /signed by nobody whom the agent trusts$/,
    ],
  ])('whose certificate %s fails in words', async (_what, choose, options, words) => {
    const target = await startHttpsTarget(stage, choose(files));

    expect(await ask(target.url(), trusting(options))).toMatch(words);
  });

  test('of an authority that is not in the store fails in words', async () => {
    const target = await startHttpsTarget(stage, files.server);

    expect(await ask(target.url(), trusting({ trustStorePath: stranger.certificate }))).toMatch(
      /signed by nobody whom the agent trusts$/,
    );
  });

  test('that speaks plain text fails in words', async () => {
    const plain = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void plain.close());
    const { port } = plain.address() as AddressInfo;

    expect(await ask(`https://127.0.0.1:${port}/`, trusting())).toBe(
      'the target answers in plain text, not TLS',
    );
  });

  test.each<[string, (f: Files) => KeyPairFiles]>([
    ['has expired', (f) => f.expired],
    ['is for another host', (f) => f.misnamed],
    ['is self-signed', () => alone],
  ])('whose certificate %s is taken when all are', async (_what, choose) => {
    const target = await startHttpsTarget(stage, choose(files));

    expect(await ask(target.url(), trustingAll())).toBe('up 1\n');
  });

  test('that asks for a client certificate is shown the one that is configured', async () => {
    const ca = await readFile(authority.certificate);
    const target = await startHttpsTarget(stage, files.server, { ca, requestCert: true });
    const { certificate: clientCertFilePath, key: clientKeyFilePath } = files.client;

    expect(await ask(target.url(), trusting({ clientCertFilePath, clientKeyFilePath }))).toBe('up 1\n');
    expect(await ask(target.url(), trusting())).toMatch(
      /client certificate$|connection reset|closed the connection/,
    );
  });

  test('keeps its connection from scrape to scrape', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const asker = await TargetAsker.open(stage, trusting());

    for (let scrape = 0; scrape < 10; scrape += 1) await asker.fetch(target.url());

    const ports = new Set(target.requests.map(({ socket }) => socket.remotePort));
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('is met with changed trust from the next scrape on', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const asker = await TargetAsker.open(stage, trusting({ trustStorePath: stranger.certificate }));
    const before = await asker.ask(target.url());

    asker.client.useTls(await readTargetTls(trusting()));

    expect(before).toMatch(/nobody whom the agent trusts/);
    expect(await asker.ask(target.url())).toBe('up 1\n');
  });

  test('whose body flows is not broken off by changed trust', async () => {
    const half = 'x'.repeat(600_000);
    const { promise: changed, resolve } = Promise.withResolvers<void>();
    const target = await startHttpsTarget(stage, files.server, {
      handler: (_request, response) => {
        response.write(half);
        void changed.then(() => response.end('end'));
      },
    });
    const asker = await TargetAsker.open(stage, trusting());
    const outcome = await asker.fetch(target.url());

    asker.client.useTls(await readTargetTls(trusting()));
    resolve();

    const pieces: Buffer[] = [];
    if (outcome.kind === 'flowing') for await (const piece of outcome.body) pieces.push(piece);
    expect(Buffer.concat(pieces).length).toBe(600_003);
  });
});
