import { describe, expect, it } from 'vitest';
import { parsePathName } from './path-name.js';

const MAX_LENGTH = 1024;

describe('the stored form of a path', () => {
  it.each([
    ['without the leading slash', '/app', 'app'],
    ['as it is when it has none', 'app', 'app'],
    ['with several segments', '/site-a/db1/metrics', 'site-a/db1/metrics'],
    ['percent-decoded', '/my%20app', 'my app'],
    ['decoded as UTF-8', '/%C3%A4pp', 'äpp'],
    ['the same for an encoded and a plain slash', '/a%2Fb', 'a/b'],
    ['decoded once only', '/a%2520b', 'a%20b'],
    ['with dots that are no segment of their own', '/..a/b...c/.d', '..a/b...c/.d'],
    ['with a reserved word that is not the prefix', '/-app/-/x', '-app/-/x'],
    ['at the limit of its length', `/${'a'.repeat(MAX_LENGTH)}`, 'a'.repeat(MAX_LENGTH)],
    ['at the limit when every character is encoded', `/${'%61'.repeat(341)}a`, 'a'.repeat(342)],
  ])('is %s', (_title, raw, path) => {
    const name = parsePathName(raw, MAX_LENGTH);

    expect(name).toEqual({ path });
  });

  it.each([
    ['is empty', '', /empty/],
    ['is only a slash', '/', /empty/],
    ['begins with two slashes', '//app', /empty segment/],
    ['ends with a slash', '/app/', /empty segment/],
    ['has an empty segment inside', '/a//b', /empty segment/],
    ['has a dot segment', '/a/./b', /"\." or "\.\." segment/],
    ['climbs', '/a/../b', /"\." or "\.\." segment/],
    ['climbs in disguise', '/a/%2e%2E/b', /"\." or "\.\." segment/],
    ['has a cut escape', '/a%2', /broken percent-encoding/],
    ['has an escape that is no hexadecimal', '/100%zz', /broken percent-encoding/],
    ['has escapes that are no UTF-8', '/%ff', /broken percent-encoding/],
    ['has a line feed', '/a%0Ab', /control characters/],
    ['has a NUL', '/a%00b', /control characters/],
    ["is below the proxy's own prefix", '/-/healthy', /belong to the proxy/],
    ["is below the proxy's own prefix in disguise", '/%2D%2Fhealthy', /belong to the proxy/],
    ['is one character too long', `/${'a'.repeat(MAX_LENGTH + 1)}`, /1025 characters, at most 1024/],
    ['is far too long to be decoded', `/${'%61'.repeat(MAX_LENGTH * 2)}`, /more than 1024 characters/],
  ])('does not exist when it %s', (_title, raw, problem) => {
    const name = parsePathName(raw, MAX_LENGTH);

    expect(name).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('is never quoted at full length in a problem', () => {
    const name = parsePathName(`/${'a'.repeat(900)}//b`, MAX_LENGTH);

    expect('problem' in name && name.problem.length).toBeLessThan(200);
  });
});
