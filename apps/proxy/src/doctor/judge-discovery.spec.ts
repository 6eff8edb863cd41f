import { expect, it } from 'vitest';
import { judgeDiscovery } from './judge-discovery.js';

const group = (target: unknown, labels: unknown = {}) => ({ targets: [target], labels });
const verdicts = (groups: unknown): string[] =>
  judgeDiscovery(JSON.stringify(groups)).map(({ verdict, words }) => `${verdict} ${words}`);

it('a document that Prometheus takes is well', () => {
  const groups = [group('proxy:8080', { __metrics_path__: '/a', instance: 'a' }), group('[::1]:80')];

  expect(verdicts(groups)).toEqual(['ok lists 2 targets, and Prometheus takes them all']);
});

it.each([
  ['a scheme', group('http://proxy:8080')],
  ['a slash', group('proxy:8080/')],
  ['no port', group('proxy')],
  ['a number as a label', group('proxy:80', { a: 1 })],
  ['a label name with a dash', group('proxy:80', { 'a-b': '1' })],
  ['no targets', { labels: {} }],
])('an entry with %s is a problem', (_what, entry) => {
  expect(verdicts([group('ok:80'), entry])).toEqual([expect.stringMatching(/^problem entry 2/)]);
});

it('what is no list is a problem, an empty one a warning', () => {
  expect(judgeDiscovery('<html>')[0]?.verdict).toBe('problem');
  expect(verdicts([])).toEqual(['warning lists nothing: no agent has a path']);
});

it('entries that Prometheus could not tell apart are a warning', () => {
  const twins = [1, 2].map((index) => group('proxy:80', { __metrics_path__: `/${index}` }));

  expect(verdicts(twins)[1]).toMatch(/^warning several entries/);
});
