import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { CertificateAuthority, type KeyPairFiles } from '../../../../test/support/certificates.js';
import { HttpProxy, type HttpProxySettings } from '../../../../test/support/http-proxy.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { type Egress, readEgress } from '../egress/egress.js';
import { startHttpsTarget } from '../testing/https-target.js';
import { TargetAsker, trusting } from '../testing/target-asker.js';
import { TestTarget } from '../testing/test-target.js';

describe('behind an HTTP proxy', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let authority: CertificateAuthority;
  let server: KeyPairFiles;

  beforeAll(async () => {
    authority = await CertificateAuthority.create(await suite.tempDir());
    server = await authority.issue('server');
  });

  const open = (egress: Egress): Promise<TargetAsker> =>
    TargetAsker.open(stage, trusting(authority.certificate), egress);
  /** Fetch once; the words of the failure, or the body. */
  const ask = async (url: string, egress: Egress): Promise<string> => (await open(egress)).ask(url);

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

    expect(await ask(target.url('/metrics?a=%26'), egress)).toBe('plain 1\n');

    expect(proxy.seen).toEqual([`GET ${target.url('/metrics?a=%26')}`]);
    expect(target.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${target.port}` });
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('an https target is connected to', async () => {
    const target = await startHttpsTarget(stage, server);
    const [proxy, egress] = await through({ credentials: 'u:p' }, 'u:p@');

    expect(await ask(target.url(), egress)).toBe('up 1\n');

    expect(proxy.seen).toEqual([`CONNECT localhost:${target.port}`]);
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test("an https target's certificate is checked all the same", async () => {
    const misnamed = await authority.issue('misnamed', { names: ['DNS:db.example'] });
    const target = await startHttpsTarget(stage, misnamed);
    const [, egress] = await through();

    expect(await ask(target.url(), egress)).toMatch(/is not for localhost but for db\.example/);
  });

  test('one that wants other credentials is named, for https', async () => {
    const target = await startHttpsTarget(stage, server);
    const [proxy, egress] = await through({ credentials: 'u:secret' }, 'u:wrong@');

    const words = `the HTTP proxy 127.0.0.1:${proxy.port} asks for other credentials (407)`;
    expect(await ask(target.url(), egress)).toBe(words);
  });

  test('one that wants other credentials is named, for http', async () => {
    const target = await plainTarget();
    const [, egress] = await through({ credentials: 'u:secret' });

    expect(await ask(target.url(), egress)).toBe('the HTTP proxy asks for other credentials (407)');
    expect(target.requests).toEqual([]);
  });

  test('one that refuses is named', async () => {
    const target = await startHttpsTarget(stage, server);
    const [proxy, egress] = await through({ allows: () => false });

    const words = `the HTTP proxy 127.0.0.1:${proxy.port} does not connect to localhost:${target.port} (403)`;
    expect(await ask(target.url(), egress)).toBe(words);
  });

  test.each(['http', 'https'])('one that is not there is named, for %s', async (scheme) => {
    const outcome = readEgress(
      { targetProxy: '127.0.0.1:1', linkProxy: '', noProxy: [], fromEnvironment: false },
      {},
    );
    const { egress } = outcome as { egress: Egress };

    const words = await ask(`${scheme}://db.example/metrics`, egress);

    expect(words).toBe('the HTTP proxy 127.0.0.1:1 cannot be reached: connection refused');
  });

  test('one that never answers is waited for no longer than its time', async () => {
    const silent = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const options = { linkProxy: '', noProxy: [], fromEnvironment: false };
    const outcome = readEgress({ ...options, targetProxy: `127.0.0.1:${port}` }, {});
    const asker = await open((outcome as { egress: Egress }).egress);

    const fetched = await asker.fetch('https://db.example/metrics', 100);

    expect(fetched).toEqual({ kind: 'aborted' });
  });
});
