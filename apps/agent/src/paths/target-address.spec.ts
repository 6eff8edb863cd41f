import { describe, expect, test } from 'vitest';
import { appendQuery, parseTargetAddress, type TargetAddress } from './target-address.js';

function addressOf(url: string): TargetAddress {
  const outcome = parseTargetAddress(url);
  if (outcome.kind === 'invalid') {
    throw new Error(outcome.reason);
  }
  return outcome.address;
}

describe('a target URL', () => {
  test.each([
    ['http://host:9100/metrics', 'http://host:9100', '/metrics'],
    ['http://host', 'http://host', '/'],
    ['http://host?a=b', 'http://host', '/?a=b'],
    ['https://host/metrics#part', 'https://host', '/metrics'],
    ['http://[::1]:9100/metrics', 'http://[::1]:9100', '/metrics'],
    ["http://host/federate?match[]={job=~'.*'}", 'http://host', "/federate?match[]={job=~'.*'}"],
    ['http://host/a%20b/%c3%a9', 'http://host', '/a%20b/%c3%a9'],
  ])('is taken apart as it is written: %s', (url, origin, pathAndQuery) => {
    const address = addressOf(url);

    expect(address).toEqual({ origin, pathAndQuery, authorization: undefined });
  });

  test('with characters that a request line cannot carry is encoded', () => {
    expect(addressOf('http://host/a b?c=é').pathAndQuery).toBe('/a%20b?c=%C3%A9');
  });

  test('turns user and password, percent-decoded, into Basic credentials', () => {
    const address = addressOf('http://us%65r:p%40ss%3A@host/metrics');

    expect(address.authorization).toBe(`Basic ${Buffer.from('user:p@ss:').toString('base64')}`);
    expect(address.origin).toBe('http://host');
  });

  test.each([
    ['not a url', 'the target URL cannot be read'],
    ['', 'the target URL cannot be read'],
    ['ftp://host/file', 'the target URL is neither http nor https'],
    ['http://user:%zz@host/', 'user or password of the target URL are not percent-encoded'],
  ])('that cannot be used says why: %s', (url, reason) => {
    expect(parseTargetAddress(url)).toEqual({ kind: 'invalid', reason });
  });
});

describe('the query of a scrape', () => {
  test.each([
    ['/metrics', 'a=b', '/metrics?a=b'],
    ['/metrics?x=y', 'a=b', '/metrics?x=y&a=b'],
    ['/metrics?', 'a=b', '/metrics?a=b'],
    ['/metrics?x&', 'a=b', '/metrics?x&a=b'],
    ['/metrics', '', '/metrics'],
    ['/metrics', '  ', '/metrics'],
    ['/metrics', 'm=%26%23&n={x}', '/metrics?m=%26%23&n={x}'],
    ['/metrics', '@other/../..?', '/metrics?@other/../..?'],
  ])('is appended verbatim: %s and %s', (pathAndQuery, query, expected) => {
    expect(appendQuery(pathAndQuery, query)).toBe(expected);
  });

  test.each(['a=b c', 'a\r\nX: y', 'a=b#c', 'a=é', 'a=\t', 'a=\u0000'])(
    'is refused when it holds %j',
    (query) => {
      expect(appendQuery('/metrics', query)).toBeUndefined();
    },
  );
});
