import { describe, expect, test } from 'vitest';
import { type Environment, readEgress } from './egress.js';
import { parseEgressProxy } from './egress-proxy.js';

type Options = Parameters<typeof readEgress>[0];

const defaults: Options = { targetProxy: '', linkProxy: '', noProxy: [], fromEnvironment: false };
const link = { host: 'proxy.example', port: 50_051 };

function egress(options: Partial<Options>, env: Environment = {}) {
  const outcome = readEgress({ ...defaults, ...options }, env);
  if (outcome.kind === 'invalid') throw new Error(outcome.problems.join());
  return outcome.egress;
}

function problems(options: Partial<Options>, env: Environment = {}): string[] {
  const outcome = readEgress({ ...defaults, ...options }, env);
  return outcome.kind === 'invalid' ? outcome.problems : [];
}

describe('the way out', () => {
  test('is direct unless somebody says otherwise, whatever the environment holds', () => {
    const env = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:1', https_proxy: 'http://p:1' };

    expect(egress({}, env).shown).toEqual({});
  });

  test('is one proxy for targets and another for the link', () => {
    const both = egress({ targetProxy: 'http://targets:3128', linkProxy: 'http://link:8080' });

    expect(both.forTarget('http://db:9100')?.shown).toBe('targets:3128');
    expect(both.forTarget('https://db:9100')?.shown).toBe('targets:3128');
    expect(both.forLink(link)?.shown).toBe('link:8080');
  });

  test('is direct for what the list exempts', () => {
    const noProxy = ['db', '[fd00::1]:443', 'proxy.example'];
    const both = egress({ targetProxy: 'http://p:1', linkProxy: 'http://p:1', noProxy });

    expect(both.forTarget('http://db:9100')).toBeUndefined();
    expect(both.forTarget('https://[fd00::1]')).toBeUndefined();
    expect(both.forTarget('https://[fd00::1]:8443')?.shown).toBe('p:1');
    expect(both.forLink(link)).toBeUndefined();
  });

  test('is what the variables say where they are asked for', () => {
    const env = { http_proxy: 'http://plain:1', HTTPS_PROXY: 'secure:2', NO_PROXY: 'db, 10.0.0.0/8' };
    const all = egress({ fromEnvironment: true, noProxy: ['other'] }, env);

    expect(all.shown).toEqual({ link: 'secure:2', http: 'plain:1', https: 'secure:2' });
    expect(all.forTarget('http://10.1.1.1')).toBeUndefined();
    expect(all.forTarget('http://db')).toBeUndefined();
    expect(all.forTarget('http://other')).toBeUndefined();
  });

  test('of an option is stronger than that of a variable', () => {
    const env = { http_proxy: 'http://p:1', https_proxy: 'http://p:1' };

    const { shown } = egress({ fromEnvironment: true, targetProxy: 'http://q:2' }, env);

    expect(shown).toEqual({ link: 'p:1', http: 'q:2', https: 'q:2' });
  });

  test('that cannot be used is a problem each, without its credentials', () => {
    const wrong = { targetProxy: 'ftp://u:secret@p', linkProxy: 'https://p', noProxy: ['a/b', 'c'] };

    expect(problems({ ...wrong, fromEnvironment: true }, {})).toEqual([
      expect.stringContaining('agent.egress.linkProxy: must be http://host:port'),
      expect.stringMatching(/^agent\.egress\.targetProxy: (?!.*secret)/),
      'agent.egress.noProxy: "a/b": neither a host, an address nor a subnet',
    ]);
    expect(problems({ fromEnvironment: true }, { https_proxy: 'socks5://p' })).toEqual([
      expect.stringMatching(/^https_proxy \(agent\.egress\.fromEnvironment\): must be/),
    ]);
  });
});

describe('the URL of a proxy', () => {
  test.each([
    ['http://p', 'p', 80],
    ['http://p:3128/', 'p', 3128],
    ['p:3128', 'p', 3128],
    ['http://[::1]:3128', '::1', 3128],
  ])('%s is taken', (url, host, port) => {
    expect(parseEgressProxy(url)).toMatchObject({
      kind: 'ok',
      proxy: { host, port, authorization: undefined },
    });
  });

  test('may hold user and password, percent-encoded', () => {
    const outcome = parseEgressProxy('http://us%40er:p%3Aw@p:1');

    const authorization = `Basic ${Buffer.from('us@er:p:w').toString('base64')}`;
    expect(outcome).toMatchObject({ kind: 'ok', proxy: { shown: 'p:1', authorization } });
  });

  test.each(['', 'https://p', 'socks5://p:1', 'http://', 'http://u:%zz@p'])('%j is none', (url) => {
    expect(parseEgressProxy(url).kind).toBe('invalid');
  });
});
