import { expect, test } from 'vitest';
import { findAddresses } from './proxy-addresses.js';

const forever = new AbortController().signal;

test('an address stands for itself', async () => {
  expect(await findAddresses('127.0.0.7', forever)).toEqual(['127.0.0.7']);
  expect(await findAddresses('::1', forever)).toEqual(['::1']);
});

test('a name has every address of this machine once', async () => {
  const addresses = await findAddresses('localhost', forever);

  expect(addresses).toContain('127.0.0.1');
  expect(new Set(addresses).size).toBe(addresses.length);
});

test('a name that nobody has is said in words', async () => {
  expect(await findAddresses('proxy.invalid', forever)).toMatch(
    /^the name proxy\.invalid cannot be resolved \(E/,
  );
});

test('nobody waits for a name once it is given up', async () => {
  expect(await findAddresses('localhost', AbortSignal.abort())).toBe(
    'the name localhost was not resolved in time',
  );
});
