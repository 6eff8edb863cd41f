import { describe, expect, test } from 'vitest';
import { NoProxyRules } from './no-proxy.js';

function has(entries: string[], host: string, port = 443): boolean {
  const outcome = NoProxyRules.parse(entries);
  if (outcome.kind === 'invalid') throw new Error(outcome.entries.join());
  return outcome.rules.has(host, port);
}

describe('a host is reached without the proxy', () => {
  test.each([
    ['by its name', ['example.com'], 'example.com'],
    ['by its name in any case', ['Example.COM'], 'eXample.com'],
    ['by its name with the dot at the end', ['example.com'], 'example.com.'],
    ['by the name of what it is below', ['example.com'], 'a.b.example.com'],
    ['by a leading dot', ['.example.com'], 'a.example.com'],
    ['by a leading dot, for itself too', ['.example.com'], 'example.com'],
    ['by a wildcard', ['*.example.com'], 'a.example.com'],
    ['by its address', ['10.1.2.3'], '10.1.2.3'],
    ['by its subnet', ['10.0.0.0/8'], '10.1.2.3'],
    ['by its IPv6 address', ['::1'], '::1'],
    ['by its IPv6 address in brackets', ['[::1]'], '::1'],
    ['by its IPv6 subnet', ['fd00::/8'], 'fd12::1'],
    ['because all are', ['*'], 'anything'],
    ['by one of several in one text', ['a.example, b.example'], 'b.example'],
    ['by its name and port', ['example.com:443'], 'example.com'],
    ['by its IPv6 address and port', ['[::1]:443'], '::1'],
  ])('%s', (_how, entries, host) => {
    expect(has(entries, host)).toBe(true);
  });

  test.each([
    ['another name that ends alike', ['example.com'], 'notexample.com'],
    ['what a wildcard is below', ['*.example.com'], 'example.com'],
    ['another address', ['10.1.2.3'], '10.1.2.4'],
    ['another subnet', ['10.0.0.0/8'], '11.1.2.3'],
    ['another port', ['example.com:80'], 'example.com'],
    ['a name that is no address', ['10.0.0.0/8'], '10.example'],
    ['an empty list', [], 'example.com'],
    ['a list of nothing', ['', ' , '], 'example.com'],
  ])('not by %s', (_how, entries, host) => {
    expect(has(entries, host)).toBe(false);
  });
});

test.each(['10.0.0.0/33', '10.0.0.0/x', 'example.com/8', 'fd00::/129', ':443', '[::1'])(
  '%s is no entry of such a list',
  (entry) => {
    expect(NoProxyRules.parse(['example.com', entry])).toEqual({ kind: 'invalid', entries: [entry] });
  },
);
