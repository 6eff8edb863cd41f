import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { loadAgentConfig } from './agent-options.js';

const stage = stagePerTest();

async function load(text: string, args: string[] = []) {
  const file = join(await stage.tempDir(), 'agent.conf');
  await writeFile(file, text);
  return loadAgentConfig(['--config', file, ...args], {});
}

async function problems(text: string, args: string[] = []): Promise<string[]> {
  const outcome = await load(text, args);
  return outcome.kind === 'invalid'
    ? outcome.problems.map((line) => line.replace(/^.*?agent\.conf:\d+: /, ''))
    : [];
}

const withPath = (fields: string): string =>
  `agent.pathConfigs = [ { name = a, path = /m, url = "http://db/", ${fields} } ]`;

describe('the credentials of a target', () => {
  test('are taken with the target', async () => {
    const outcome = await load(`agent.pathConfigs = [
      { name = a, path = a, url = "http://a", basicAuth { username = me, password = 007 } }
      { name = b, path = b, url = "http://b", basicAuth { username = me, passwordFile = secret } }
      { name = c, path = c, url = "http://c", bearerToken = abc }
      { name = d, path = d, url = "http://d", bearerTokenFile = token }
    ]`);

    expect(outcome).toMatchObject({
      kind: 'run',
      notices: [],
      options: {
        pathConfigs: [
          { path: 'a', basicAuth: { username: 'me', password: '007' } },
          { path: 'b', basicAuth: { username: 'me', passwordFile: 'secret' } },
          { path: 'c', bearerToken: 'abc' },
          { path: 'd', bearerTokenFile: 'token' },
        ],
      },
    });
  });

  test('can be set by numbers on the command line', async () => {
    const args = ['username=me', 'password=pw'].map((field) => `-Dagent.pathConfigs.0.basicAuth.${field}`);
    const target = ['name=a', 'path=a', 'url=http://a'].map((field) => `-Dagent.pathConfigs.0.${field}`);

    const outcome = await loadAgentConfig([...target, ...args], {});

    expect(outcome).toMatchObject({
      kind: 'run',
      options: { pathConfigs: [{ basicAuth: { username: 'me', password: 'pw' } }] },
    });
  });

  test.each([
    ['bearerToken = a, bearerTokenFile = b', '"m" has bearerToken and bearerTokenFile; only one can be sent'],
    [
      'url = "http://u:s3cret@db/", basicAuth { username = u, password = s3cret }',
      '"m" has user and password in its url and basicAuth; only one can be sent',
    ],
    [
      'basicAuth { username = u, password = s3cret, passwordFile = f }',
      '"m" has basicAuth with both password and passwordFile',
    ],
    ['basicAuth { username = u }', '"m" has basicAuth with neither password nor passwordFile'],
  ])('that exclude one another are refused: %s', async (fields, words) => {
    expect(await problems(withPath(fields))).toEqual([`agent.pathConfigs: ${words}`]);
  });

  test.each([
    ['basicAuth { password = s3cret }', 'basicAuth.username: is missing'],
    [
      'basicAuth { username = "a:b", password = s3cret }',
      'basicAuth.username: "a:b" must not be empty, nor hold a colon',
    ],
    ['basicAuth { username = u, password = [s3cret] }', 'basicAuth.password: must be text'],
    ['basicAuth { username = u, password = null }', 'basicAuth.password: must be text'],
    ['basicAuth { username = u, passwordFile = "" }', 'basicAuth.passwordFile: "" must not be empty'],
    ['basicAuth = s3cret', 'basicAuth: must be an object'],
    ['bearerToken = "s3cr et"', 'bearerToken: must be visible ASCII'],
    ['bearerToken = ""', 'bearerToken: must be visible ASCII'],
    ['bearerTokenFile = null', 'bearerTokenFile: "null" must not be empty, must be text'],
  ])('that are wrong are refused by their key: %s', async (fields, words) => {
    expect(await problems(withPath(fields))).toEqual([`agent.pathConfigs[0].${words}`]);
  });

  test('that are misspelt get a notice', async () => {
    const outcome = await load(withPath('basicAuth { username = u, password = p, pasword = q }'));

    const words =
      'agent.pathConfigs[0].basicAuth.pasword: is not known and has no effect; did you mean password?';
    expect(outcome).toMatchObject({ notices: [expect.stringContaining(words)] });
  });
});

describe('the trust in targets', () => {
  test('in all of them is said aloud, and that a store has no effect then', async () => {
    const text = `${withPath('')}\nagent.http { enableTrustAllX509Certificates = true, trustStorePath = s }`;

    expect(await load(text)).toMatchObject({
      notices: [
        expect.stringMatching(
          /enableTrustAllX509Certificates: any certificate .* is taken.*; agent\.http\.trustStorePath has no effect$/,
        ),
      ],
    });
  });

  test.each([
    ['clientCertFilePath', 'clientKeyFilePath'],
    ['clientKeyFilePath', 'clientCertFilePath'],
  ])('needs both halves of a client certificate, not %s alone', async (given, missing) => {
    expect(await problems(`agent.http.${given} = file`)).toEqual([
      `agent.http.${given}: is set, but agent.http.${missing} is not; a client certificate needs both`,
    ]);
  });

  test('never shows the password of its store', async () => {
    const { options } = (await load(withPath(''), ['--https_truststore_password', 's3cret'])) as {
      options: { http: { trustStorePassword: string } };
    };
    const failed = await problems('agent.http.trustStorePassword = [s3cret]');

    expect(options.http.trustStorePassword).toBe('s3cret');
    expect(failed).toEqual([expect.not.stringContaining('s3cret')]);
  });
});

test('an HTTP proxy that cannot be used is refused without its credentials', async () => {
  const text = 'agent.egress { linkProxy = "https://u:s3cret@p:1", targetProxy = "", noProxy = ["a/b"] }';

  expect(await problems(text)).toEqual([
    'agent.egress.linkProxy: must be http://host:port, with user:password@ where it asks for them',
    'agent.egress.noProxy: "a/b": neither a host, an address nor a subnet',
  ]);
});

test.each([
  [
    'requestHeaders = [X-Tenant, Authorization]',
    'agent.http.requestHeaders: Authorization is never passed on by name',
  ],
  ['responseHeaders = [set-cookie]', 'agent.http.responseHeaders: set-cookie is never passed on by name'],
])('what agents pass on by name leaves out what has rules of its own: %s', async (list, words) => {
  expect(await problems(`${withPath('')}\nagent.http.${list}`)).toEqual([words]);
});
