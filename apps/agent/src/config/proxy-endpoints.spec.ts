import { describe, expect, it } from 'vitest';
import { formatEndpoint, resolveEndpoints } from './proxy-endpoints.js';

const resolve = (sources: Partial<Parameters<typeof resolveEndpoints>[0]>): string[] => {
  const outcome = resolveEndpoints({ endpoints: [], hostname: 'localhost', port: 7000, ...sources });
  return outcome.kind === 'ok' ? outcome.endpoints.map(formatEndpoint) : [...outcome.problems];
};

describe('the endpoints of the proxy', () => {
  it('come from the list before the endpoints before the host name', () => {
    expect(resolve({})).toEqual(['localhost:7000']);
    expect(resolve({ endpoints: ['a'] })).toEqual(['a:7000']);
    expect(resolve({ endpoints: ['a'], list: 'b' })).toEqual(['b:50051']);
  });

  it.each([
    ['a', ['a:50051']],
    ['a:1', ['a:1']],
    [' a , ,b:2,, a ', ['a:50051', 'b:2', 'a:50051']],
    ['http://a:1,HTTPS://b', ['a:1', 'b:50051']],
    ['10.0.0.1:1', ['10.0.0.1:1']],
    ['[::1]:5', ['[::1]:5']],
    ['[::1]', ['[::1]:50051']],
    ['::1', ['[::1]:50051']],
    ['http://[fe80::1]:65535', ['[fe80::1]:65535']],
  ])('%j is %j', (list, endpoints) => {
    expect(resolve({ list })).toEqual(endpoints);
  });

  it.each([
    ['', /^names no proxy/],
    [' , ', /^names no proxy/],
    ['http://', /^"http:\/\/" is no endpoint; allowed: host, host:port/],
    ['[::1', /^"\[::1" is no endpoint/],
    ['[::1]5', /^"\[::1\]5" is no endpoint/],
    ['[]:5', /is no endpoint/],
    [':5', /is no endpoint/],
    ['a b', /is no endpoint/],
    ['a/x', /is no endpoint/],
    ['http://me:s3cret@a', /^"http:\/\/\*\*\*@a" has no usable port/],
    ['a:', /^"a:" has no usable port; allowed: 1 to 65535/],
    ['a:x', /has no usable port/],
    ['a:0', /has no usable port/],
    ['a:65536', /has no usable port/],
    ['a:-1', /has no usable port/],
  ])('%j is refused', (list, problem) => {
    expect(resolve({ list })).toEqual([expect.stringMatching(problem)]);
  });

  it('are refused with every entry that is wrong, a blank one of a file included', () => {
    expect(resolve({ endpoints: ['a:x', '', 'b'] })).toHaveLength(2);
  });

  it('keep IPv6 addresses without their brackets', () => {
    expect(resolveEndpoints({ list: '[::1]:5', endpoints: [], hostname: '', port: 1 })).toEqual({
      kind: 'ok',
      endpoints: [{ host: '::1', port: 5 }],
    });
  });
});
