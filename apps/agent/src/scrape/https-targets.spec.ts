import { Cancellation } from '@app/deadlines';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CertificateAuthority,
  type KeyPairFiles,
  selfSigned,
} from '../../../../test/support/certificates.js';
import { HttpProxy, type HttpProxySettings } from '../../../../test/support/http-proxy.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { Egress, readEgress } from '../egress/egress.js';
import { parseTargetAddress, type TargetAddress } from '../paths/target-address.js';
import { readTargetTls, type TargetTlsOptions } from '../target-access/target-tls.js';
import { startHttpsTarget } from '../testing/https-target.js';
import { TestTarget } from '../testing/test-target.js';
import type { FetchOutcome } from './fetch-outcome.js';
import { MemoryBudget } from './memory-budget.js';
import { TargetClient } from './target-client.js';

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

const trusting = (overrides: Partial<TargetTlsOptions> = {}): TargetTlsOptions => ({
  enableTrustAllX509Certificates: false,
  trustStorePath: authority.certificate,
  trustStorePassword: '',
  clientCertFilePath: '',
  clientKeyFilePath: '',
  ...overrides,
});

const trustingAll = (): TargetTlsOptions =>
  trusting({ enableTrustAllX509Certificates: true, trustStorePath: '' });

async function createClient(options: TargetTlsOptions, egress = Egress.none): Promise<TargetClient> {
  const settings = { version: '1', forwardAuthorization: true, maxBytes: 1_000_000, holdBytes: 500_000 };
  const client = new TargetClient(settings, await readTargetTls(options), egress);
  stage.atEnd(() => client.close());
  return client;
}

function fetchFrom(client: TargetClient, url: string): Promise<FetchOutcome> {
  const { address } = parseTargetAddress(url) as { address: TargetAddress };
  const request = { address, accept: '', authorization: '', remainingMs: 5_000, retry: 0 };
  return client.fetch(
    request,
    new MemoryBudget(10_000_000).open(),
    Cancellation.of(AbortSignal.timeout(5_000)),
  );
}

/** Fetch once; the words of the failure, or the body. */
async function ask(url: string, options: TargetTlsOptions, egress?: Egress): Promise<string> {
  return wordsOf(await fetchFrom(await createClient(options, egress), url));
}

function wordsOf(outcome: FetchOutcome): string {
  switch (outcome.kind) {
    case 'whole':
      return Buffer.concat(outcome.pieces).toString();
    case 'failed':
      return outcome.words;
    default:
      return JSON.stringify(outcome);
  }
}

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
    const client = await createClient(trusting());

    for (let scrape = 0; scrape < 10; scrape += 1) await fetchFrom(client, target.url());

    const ports = new Set(target.requests.map(({ socket }) => socket.remotePort));
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('is met with changed trust from the next scrape on', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const client = await createClient(trusting({ trustStorePath: stranger.certificate }));
    const before = wordsOf(await fetchFrom(client, target.url()));

    client.useTls(await readTargetTls(trusting()));

    expect(before).toMatch(/nobody whom the agent trusts/);
    expect(wordsOf(await fetchFrom(client, target.url()))).toBe('up 1\n');
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
    const client = await createClient(trusting());
    const outcome = await fetchFrom(client, target.url());

    client.useTls(await readTargetTls(trusting()));
    resolve();

    const pieces: Buffer[] = [];
    if (outcome.kind === 'flowing') for await (const piece of outcome.body) pieces.push(piece);
    expect(Buffer.concat(pieces).length).toBe(600_003);
  });
});

describe('behind an HTTP proxy', () => {
  const through = async (settings?: HttpProxySettings, userInfo = ''): Promise<[HttpProxy, Egress]> => {
    const proxy = await HttpProxy.start(stage, settings);
    const targetProxy = `http://${userInfo}127.0.0.1:${proxy.port}`;
    const outcome = readEgress({ targetProxy, linkProxy: '', noProxy: [], fromEnvironment: false }, {});
    return [proxy, (outcome as { egress: Egress }).egress];
  };

  const plainTarget = async (): Promise<TestTarget> => {
    const target = await TestTarget.start((_request, response) => response.end('plain 1\n'));
    stage.atEnd(() => target.close());
    return target;
  };

  test('a plain target is asked for by its whole URL', async () => {
    const target = await plainTarget();
    const [proxy, egress] = await through({ credentials: 'u:p w' }, 'u:p%20w@');

    expect(await ask(target.url('/metrics?a=%26'), trusting(), egress)).toBe('plain 1\n');

    expect(proxy.seen).toEqual([`GET ${target.url('/metrics?a=%26')}`]);
    expect(target.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${target.port}` });
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('an https target is connected to', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const [proxy, egress] = await through({ credentials: 'u:p' }, 'u:p@');

    expect(await ask(target.url(), trusting(), egress)).toBe('up 1\n');

    expect(proxy.seen).toEqual([`CONNECT localhost:${target.port}`]);
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test("an https target's certificate is checked all the same", async () => {
    const target = await startHttpsTarget(stage, files.misnamed);
    const [, egress] = await through();

    expect(await ask(target.url(), trusting(), egress)).toMatch(/is not for localhost but for db\.example/);
  });

  test('one that wants other credentials is named, for https', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const [proxy, egress] = await through({ credentials: 'u:secret' }, 'u:wrong@');

    const words = `the HTTP proxy 127.0.0.1:${proxy.port} asks for other credentials (407)`;
    expect(await ask(target.url(), trusting(), egress)).toBe(words);
  });

  test('one that wants other credentials is named, for http', async () => {
    const target = await plainTarget();
    const [, egress] = await through({ credentials: 'u:secret' });

    expect(await ask(target.url(), trusting(), egress)).toBe(
      'the HTTP proxy asks for other credentials (407)',
    );
    expect(target.requests).toEqual([]);
  });

  test('one that refuses is named', async () => {
    const target = await startHttpsTarget(stage, files.server);
    const [proxy, egress] = await through({ allows: () => false });

    const words = `the HTTP proxy 127.0.0.1:${proxy.port} does not connect to localhost:${target.port} (403)`;
    expect(await ask(target.url(), trusting(), egress)).toBe(words);
  });

  test.each(['http', 'https'])('one that is not there is named, for %s', async (scheme) => {
    const outcome = readEgress(
      { targetProxy: '127.0.0.1:1', linkProxy: '', noProxy: [], fromEnvironment: false },
      {},
    );
    const { egress } = outcome as { egress: Egress };

    const words = await ask(`${scheme}://db.example/metrics`, trusting(), egress);

    expect(words).toBe('the HTTP proxy 127.0.0.1:1 cannot be reached: connection refused');
  });

  test('one that never answers is waited for no longer than its time', async () => {
    const silent = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const options = { linkProxy: '', noProxy: [], fromEnvironment: false };
    const outcome = readEgress({ ...options, targetProxy: `127.0.0.1:${port}` }, {});
    const client = await createClient(trusting(), (outcome as { egress: Egress }).egress);

    const { address } = parseTargetAddress('https://db.example/metrics') as { address: TargetAddress };
    const request = { address, accept: '', authorization: '', remainingMs: 100, retry: 0 };
    const fetched = await client.fetch(
      request,
      new MemoryBudget(1_000).open(),
      Cancellation.of(AbortSignal.timeout(100)),
    );

    expect(fetched).toEqual({ kind: 'aborted' });
  });
});
