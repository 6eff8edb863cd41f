import { describe, expect, it } from 'vitest';
import { listenAddress } from './listen.js';

describe('the address to listen on', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    [' 10.0.0.1 ', '10.0.0.1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
  ])('for "%s" is %s', (given, expected) => {
    expect(listenAddress(given)).toBe(expected);
  });

  it('is every interface when none is given', () => {
    expect(['::', '0.0.0.0']).toContain(listenAddress(''));
  });
});
