import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  CertificateAuthority,
  type KeyPairFiles,
  pkcs12Store,
} from '../../../../test/support/certificates.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { startHttpsTarget } from '../testing/https-target.js';
import { answerOf, openServed, openTarget } from '../testing/stage.js';
import { pathConfig, startTestAgent } from '../testing/test-agent.js';
import type { TargetCredentials } from './target-credentials.js';

const suite = stagePerSuite();
const stage = stagePerTest();
let directory: string;
let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let server: KeyPairFiles;

beforeAll(async () => {
  directory = await suite.tempDir();
  authority = await CertificateAuthority.create(directory);
  stranger = await CertificateAuthority.create(directory, 'stranger');
  server = await authority.issue('server');
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const pathWith = (url: string, credentials: TargetCredentials): ReturnType<typeof pathConfig> => ({
  name: 'app',
  path: 'app',
  url,
  labels: '{}',
  ...credentials,
});

/** A file of its own with this content. */
async function fileWith(content: string): Promise<string> {
  const path = join(await stage.tempDir(), 'secret');
  await writeFile(path, content);
  return path;
}

/** A scraped target that answers with the Authorization it got, and its proxy. */
async function serve(credentials: TargetCredentials) {
  const target = await openTarget((request, response) =>
    response.end(request.headers.authorization ?? 'none'),
  );
  const pathConfigs = [pathWith(target.url(), credentials)];
  return openServed(target, { pathConfigs });
}

async function authorizationSeen(
  { proxy }: Awaited<ReturnType<typeof serve>>,
  authHeader = '',
): Promise<string> {
  const { contentAsText } = await answerOf(proxy, proxy.ask({ path: 'app', authHeader }));
  return contentAsText ?? '';
}

describe('the credentials of a target', () => {
  test('are user and password', async () => {
    const served = await serve({ basicAuth: { username: 'me', password: 'pässword:1' } });

    expect(await authorizationSeen(served)).toBe(basic('me:pässword:1'));
  });

  test('are a token', async () => {
    expect(await authorizationSeen(await serve({ bearerToken: 'abc' }))).toBe('Bearer abc');
  });

  test("take the place of the scraper's", async () => {
    expect(await authorizationSeen(await serve({ bearerToken: 'abc' }), 'Bearer theirs')).toBe('Bearer abc');
  });

  test('are a password from a file, and what that holds later', async () => {
    const passwordFile = await fileWith('first\n');
    const served = await serve({ basicAuth: { username: 'me', passwordFile } });
    expect(await authorizationSeen(served)).toBe(basic('me:first'));

    await writeFile(passwordFile, 'second');

    await vi.waitFor(async () => expect(await authorizationSeen(served)).toBe(basic('me:second')), 10_000);
  });

  test('are a token from a file, and the last good one while that cannot be used', async () => {
    const bearerTokenFile = await fileWith('first');
    const served = await serve({ bearerTokenFile });

    await writeFile(bearerTokenFile, '');

    const warning = 'a file for the access to targets cannot be used, its last good content is';
    await vi.waitFor(() => expect(served.agent.lines.map(({ msg }) => msg)).toContain(warning), 10_000);
    expect(await authorizationSeen(served)).toBe('Bearer first');
    expect(JSON.stringify(served.agent.lines)).not.toContain('first');
  });

  test('are never logged', async () => {
    const served = await serve({ basicAuth: { username: 'me', password: 'hush-hush' } });

    await authorizationSeen(served);

    const text = JSON.stringify(served.agent.lines);
    expect(text).not.toContain('hush-hush');
    expect(text).not.toContain(basic('me:hush-hush'));
  });
});

describe('the trust in targets', () => {
  const serveTls = async (trustStorePath: string, trustStorePassword = '') => {
    const target = await startHttpsTarget(stage, server);
    const pathConfigs = [pathConfig('app', target.url())];
    const unused = await openTarget((_request, response) => response.end());
    return openServed(unused, { pathConfigs, http: { trustStorePath, trustStorePassword } });
  };

  test('is what a PKCS#12 store says', async () => {
    const store = await pkcs12Store(directory, 'a.p12', 'changeit', authority);
    const { proxy } = await serveTls(store, 'changeit');

    expect(await answerOf(proxy, proxy.ask({ path: 'app' }))).toMatchObject({ contentAsText: 'up 1\n' });
  });

  test('follows its file while the agent runs', async () => {
    const directoryOfTest = await stage.tempDir();
    const own = await CertificateAuthority.create(directoryOfTest, 'own');
    const { proxy } = await serveTls(own.certificate);
    expect(await answerOf(proxy, proxy.ask({ path: 'app' }))).toMatchObject({
      statusCode: 503,
      failureReason: 'the certificate of the target was signed by nobody whom the agent trusts',
    });

    const copy = await pkcs12Store(directoryOfTest, 'new.p12', '', authority);
    await rename(copy, own.certificate);

    await vi.waitFor(
      async () =>
        expect(await answerOf(proxy, proxy.ask({ path: 'app' }))).toMatchObject({ statusCode: 200 }),
      10_000,
    );
  });

  test('is the last good one while its file is gone', async () => {
    const store = await pkcs12Store(await stage.tempDir(), 'a.p12', '', authority);
    const { proxy, agent } = await serveTls(store);

    await rm(store);

    const warning = 'a file for the access to targets cannot be used, its last good content is';
    await vi.waitFor(() => expect(agent.lines.map(({ msg }) => msg)).toContain(warning), 10_000);
    expect(await answerOf(proxy, proxy.ask({ path: 'app' }))).toMatchObject({ contentAsText: 'up 1\n' });
  });
});

describe('an agent does not start', () => {
  test.each<[string, () => Promise<Parameters<typeof startTestAgent>[1]>, RegExp]>([
    [
      'with a trust store that is not there',
      () => Promise.resolve({ http: { trustStorePath: '/not/there.p12' } }),
      /^agent\.http\.trustStorePath: cannot read \/not\/there\.p12: ENOENT/,
    ],
    [
      'with the wrong password for its trust store',
      async () => {
        const trustStorePath = await pkcs12Store(directory, 'wrong.p12', 'right', stranger);
        return { http: { trustStorePath, trustStorePassword: 'wrong-one' } };
      },
      /^agent\.http\.trustStorePath: .*wrong\.p12 cannot be used: the password of the store is wrong$/,
    ],
    [
      'with a trust store that holds nothing',
      async () => ({ http: { trustStorePath: await fileWith('hello') } }),
      /cannot be used: it holds no certificate in PEM, PKCS#12 or JKS$/,
    ],
    [
      'with a client certificate and the key of another',
      () =>
        Promise.resolve({
          http: { clientCertFilePath: server.certificate, clientKeyFilePath: stranger.certificate },
        }),
      /^agent\.http\.clientCertFilePath and agent\.http\.clientKeyFilePath cannot be used together/,
    ],
    [
      'with an empty password file',
      async () => {
        const basicAuth = { username: 'me', passwordFile: await fileWith(' \n') };
        return { pathConfigs: [pathWith('http://db/', { basicAuth })] };
      },
      /^agent\.pathConfigs, the password of "app": .* must hold 1 to 16384 characters$/,
    ],
    [
      'with a token that no header can carry',
      async () => {
        const bearerTokenFile = await fileWith('a b');
        return { pathConfigs: [pathWith('http://db/', { bearerTokenFile })] };
      },
      /^agent\.pathConfigs, the token of "app": .* holds characters that a header cannot carry/,
    ],
  ])('%s', async (_what, createOptions, words) => {
    const options = await createOptions();

    await expect(startTestAgent({ port: 1 }, options)).rejects.toMatchObject({
      name: 'ListenError',
      message: expect.stringMatching(words) as string,
    });
  });
});
