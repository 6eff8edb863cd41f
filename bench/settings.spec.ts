import { expect, test } from 'vitest';
import { parseSettings } from './settings.ts';

const CASES = ['throughput', 'paced'];
const parse = (args: string[], env: Record<string, string> = {}) => parseSettings(args, env, CASES);

test.each([
  [[], CASES],
  [['all'], CASES],
  [['paced'], ['paced']],
])('%j runs %j', (args, cases) => {
  expect(parse(args).cases).toEqual(cases);
});

test('it is quick unless it is asked to be full', () => {
  expect([parse([]).effort.name, parse(['--quick']).effort.name, parse(['--full']).effort.name]).toEqual([
    'quick',
    'quick',
    'full',
  ]);
});

test('there is no peer unless its commands are given, by flag or by variable', () => {
  const env = { BENCH_PEER_PROXY: 'peer  --port={httpPort}', BENCH_PEER_CLIENT: 'client {linkPort}' };

  expect(parse([]).peer).toBeUndefined();
  expect(parse([], env).peer).toMatchObject({
    proxy: ['peer', '--port={httpPort}'],
    agent: ['client', '{linkPort}'],
  });
  expect(parse(['--peer-proxy', 'other'], env).peer).toMatchObject({ proxy: ['other'], asks: 'url' });
});

test.each([
  [['pased'], /no case "pased"; there are: all, throughput, paced/],
  [['--quick', '--full'], /exclude each other/],
  [['--peer-proxy', 'x'], /belong together/],
  [['--peer-proxy', 'x', '--peer-client', 'y', '--peer-asks', 'z'], /allowed: url, path/],
])('%j is refused', (args, words) => {
  expect(() => parse(args)).toThrow(words);
});
