import { describe, expect, it } from 'vitest';
import { Bound } from '@app/operations';
import { parseScrapeTarget } from './scrape-request.js';

const parse = (url: string): ReturnType<typeof parseScrapeTarget> =>
  parseScrapeTarget(url, { maxPathLength: 1024, query: new Bound(24) });

describe('a request target', () => {
  it.each([
    ['/app', 'app', ''],
    ['/app?', 'app', ''],
    ['/app?a=1&b=2&a=3', 'app', 'a=1&b=2&a=3'],
    ['/app?flag', 'app', 'flag'],
    ['/app?a=b?c=d', 'app', 'a=b?c=d'],
    ['/app?match[]=up%20x&q=a+b', 'app', 'match[]=up%20x&q=a+b'],
    ['/app?broken=%zz', 'app', 'broken=%zz'],
    ['/site/db%201/m?x=/../y', 'site/db 1/m', 'x=/../y'],
    ['/a%3Fb?c', 'a?b', 'c'],
    [`/app?${'a'.repeat(24)}`, 'app', 'a'.repeat(24)],
  ])('%s asks for path %s with query "%s"', (url, path, query) => {
    expect(parse(url)).toEqual({ kind: 'target', path, query });
  });

  it.each([
    ['', 'must be a path'],
    ['app', 'must be a path'],
    ['*', 'must be a path'],
    ['http://other/app', 'must be a path'],
    ['/', 'empty'],
    ['/?a=1', 'empty'],
    ['/a//b', 'empty segment'],
    ['/a/../b', 'segment'],
    ['/%zz', 'percent-encoding'],
    ['/app?a#b', 'query'],
    ['/app?a b', 'query'],
    ['/app?a"b', 'query'],
    ['/app?\u00e9', 'query'],
    ['/app?a\tb', 'query'],
    [`/${'a'.repeat(1025)}`, 'characters'],
    [`/app?${'a'.repeat(25)}`, '25 characters, at most 24'],
  ])('%j is a bad request, in words', (url, words) => {
    expect(parse(url)).toEqual({ kind: 'bad', words: expect.stringContaining(words) as string });
  });

  it('never repeats the query in its words', () => {
    const target = parse('/app?secret=hunter2 ');

    expect(JSON.stringify(target)).not.toContain('hunter2');
  });
});
