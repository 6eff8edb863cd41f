import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadProxyConfig } from './proxy-options.js';

async function load(http: object) {
  const folder = await mkdtemp(join(tmpdir(), 'scrape-security-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'proxy.conf');
  await writeFile(file, JSON.stringify({ proxy: { http } }));
  return loadProxyConfig(['--config', file], {});
}

const auth = (...entries: object[]) => ({
  auth: entries.map((entry) => ({ name: 'n', paths: [], ...entry })),
});

it.each([
  ['neither a token nor a user', auth({}), /"n" has neither token, tokenFile nor username/],
  ['both', auth({ token: 't', username: 'u', password: 'p' }), /"n" has both a token and a user/],
  ['two tokens', auth({ token: 't', tokenFile: '/t' }), /has both token and tokenFile/],
  ['a user without a password', auth({ username: 'u' }), /has neither password nor passwordFile/],
  [
    'two passwords',
    auth({ username: 'u', password: 'p', passwordFile: '/p' }),
    /both password and passwordFile/,
  ],
  ['a password without a user', auth({ password: 's3cret' }), /has a password without username/],
  [
    'a colon in the user',
    auth({ username: 'u:v', password: 'p' }),
    /username: "u:v" must not be empty, nor hold a/,
  ],
  ['a name twice', auth({ token: 'a' }, { token: 'b' }), /the name "n" stands twice/],
  [
    'a certificate without a key',
    { tls: { certChainFilePath: '/c' } },
    /privateKeyFilePath is not; TLS needs both/,
  ],
  [
    'a key without a certificate',
    { tls: { privateKeyFilePath: '/k' } },
    /certChainFilePath is not; TLS needs both/,
  ],
  ['only authorities', { tls: { trustCertCollectionFilePath: '/t' } }, /the port would be plain text/],
])('a scrape port with %s is refused, and no secret is shown', async (_what, http, expected) => {
  const outcome = await load(http);

  expect(outcome.kind === 'invalid' ? outcome.problems : outcome).toEqual([expect.stringMatching(expected)]);
  expect(JSON.stringify(outcome)).not.toContain('s3cret');
});

it('credentials over plain text are allowed, and said', async () => {
  const outcome = await load(auth({ token: 't' }));

  expect(outcome).toMatchObject({
    kind: 'run',
    notices: [expect.stringMatching(/http\.auth: is set, but the scrape port is plain text/)],
  });
});
