import { FAILURE_CODES } from '@app/protocol';
import { describe, expect, it } from 'vitest';
import { failure, reasonPhrase } from './scrape-failure.js';

describe('a failure', () => {
  it('has an error status for each code', () => {
    const statuses = FAILURE_CODES.map((code) => failure(code, 'words').status);

    expect(statuses.filter((status) => status < 400 || status > 599)).toEqual([]);
  });

  it('carries another status where one is given', () => {
    expect(failure('upstream_error', 'words', 418).status).toBe(418);
  });
});

describe('a reason phrase', () => {
  it.each([
    ['plain words', 'the target answered 500', 'the target answered 500'],
    ['line breaks and tabs', 'first\r\nsecond\tthird', 'first second third'],
    ['an attempt to add a header', 'x\r\nSet-Cookie: a=b\r\n\r\n', 'x Set-Cookie: a=b'],
    ['other white space', 'a\u2028b\u00a0c', 'a b c'],
    ['characters beyond ASCII', 'naïve – 東京', 'na?ve ? ??'],
    ['control characters', 'a\u0000b\u007fc', 'a?b?c'],
    ['white space around', '  a  ', 'a'],
    ['nothing', '', ''],
    ['200 characters', 'x'.repeat(200), 'x'.repeat(200)],
    ['201 characters', 'x'.repeat(201), 'x'.repeat(200)],
  ])('of %s is printable ASCII', (_title, words, phrase) => {
    expect(reasonPhrase(words)).toBe(phrase);
  });
});
