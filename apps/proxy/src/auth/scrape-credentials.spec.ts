import { describe, expect, it } from 'vitest';
import { type ScrapeCredential, ScrapeCredentials } from './scrape-credentials.js';

const bearer = (name: string, token: string, paths: string[] = []): ScrapeCredential => ({
  kind: 'bearer',
  name,
  token,
  paths,
});
const basic = (name: string, username: string, password: string): ScrapeCredential => ({
  kind: 'basic',
  name,
  username,
  password,
  paths: [],
});
const userPass = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const nameOf = (credentials: ScrapeCredentials, authorization: string): string | undefined =>
  credentials.authorize(authorization)?.name;

describe('credentials of scrapers', () => {
  const known = new ScrapeCredentials([
    bearer('t', 'token-1'),
    basic('u', 'user', 'pass:word'),
    basic('latin', 'jörg', 'pässword'),
  ]);

  it.each([
    ['Bearer token-1', 't'],
    ['bearer  token-1 ', 't'],
    [userPass('user:pass:word'), 'u'],
    [userPass('jörg:pässword'), 'latin'],
    ['', undefined],
    ['token-1', undefined],
    ['Bearer token-2', undefined],
    ['Bearer token-1 token-1', undefined],
    [userPass('user:pass'), undefined],
    [userPass('user'), undefined],
    [userPass('token-1'), undefined],
    [`Bearer ${Buffer.from('user:pass:word').toString('base64')}`, undefined],
    ['Digest token-1', undefined],
  ])('of %j are those of %j', (authorization, expected) => {
    expect(nameOf(known, authorization)).toBe(expected);
  });

  it('cover the paths of their globs, or all without any', () => {
    const limited = new ScrapeCredentials([bearer('t', 'x', ['a*', '/site-?/m'])]);
    const rights = limited.authorize('Bearer x');

    expect(['a', 'a/b', 'site-1/m', 'b', 'site-12/m', 'xa'].map((path) => rights?.mayScrape(path))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(rights?.isConsumed).toBe(true);
  });

  it('are not asked for where there are none, and the header stays the target’s', () => {
    const rights = new ScrapeCredentials([]).authorize('Bearer any');

    expect(rights).toMatchObject({ name: undefined, isConsumed: false });
    expect(rights?.mayScrape('anything')).toBe(true);
  });

  it('that are put in force replace the others', () => {
    const credentials = new ScrapeCredentials([bearer('old', '1')]);

    credentials.replace([bearer('new', '2')]);

    expect([nameOf(credentials, 'Bearer 1'), nameOf(credentials, 'Bearer 2')]).toEqual([undefined, 'new']);
  });
});
