import { expect, test } from 'vitest';
import { maskUrl, maskUrlsWithin, maskUserInfo } from './url-masking.js';

test.each([
  ['http://user:secret@host/metrics?a=b', 'http://***@host/metrics?a=b'],
  ['http://us@er:secret@host/', 'http://***@host/'],
  ['http://host/a@b', 'http://host/a@b'],
  ['http://host?m=a@b', 'http://host?m=a@b'],
  ['no url', 'no url'],
])('user and password are masked: %s', (url, masked) => {
  expect(maskUserInfo(url)).toBe(masked);
});

test.each([
  ['http://u:p@host/m?token=abc&flag&x=', 'http://***@host/m?token=***&flag&x=***'],
  ['http://host/m?a=b=c@d#part', 'http://host/m?a=***#part'],
  ['http://host/m', 'http://host/m'],
])('query values are masked, keys stay: %s', (url, masked) => {
  expect(maskUrl(url)).toBe(masked);
});

test('every URL within a text is masked', () => {
  const text = maskUrlsWithin('from http://u:p@a/?k=v to "https://b/?k=v", gave up');

  expect(text).toBe('from http://***@a/?k=*** to "https://b/?k=***", gave up');
});

test.each([
  ['a long word', 'a'.repeat(4_000_000)],
  ['many words', 'a.b-c+d '.repeat(500_000)],
  ['slashes', '://'.repeat(1_000_000)],
  ['a URL without end', `http://${'a'.repeat(4_000_000)}`],
])('%s of 4 MB is read through within a second', (_title, text) => {
  const startedAt = performance.now();

  maskUrlsWithin(text);

  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('a URL is masked wherever it begins', () => {
  expect(maskUrlsWithin('1http://u:p@a x=http://u:p@b .http://u:p@c')).not.toContain('u:p');
});
