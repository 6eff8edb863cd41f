import { describe, expect, it } from 'vitest';
import { parsePathLabels } from './path-labels.js';

const MAX_BYTES = 8192;

const parse = (labels: unknown): ReturnType<typeof parsePathLabels> =>
  parsePathLabels(JSON.stringify(labels), MAX_BYTES);

describe('the labels of a path', () => {
  it.each([[''], ['  '], ['{}']])('are none for %j, without a warning', (text) => {
    const parsed = parsePathLabels(text, MAX_BYTES);

    expect(parsed).toEqual({ labels: {}, warnings: [] });
  });

  it('are strings, numbers and booleans as text', () => {
    const parsed = parse({ team: 'edge', port: 8080, ratio: 0.5, isBig: true, empty: '' });

    expect(parsed.labels).toEqual({ team: 'edge', port: '8080', ratio: '0.5', isBig: 'true', empty: '' });
    expect(parsed.warnings).toEqual([]);
  });

  it('may steer the scrape, but not what else is internal', () => {
    const parsed = parse({
      __param_module: 'http',
      __scrape_interval__: '1m',
      __scrape_timeout__: '9s',
      __address__: 'x:1',
      __metrics_path__: '/y',
      __param_: 'no name',
    });

    expect(Object.keys(parsed.labels)).toEqual([
      '__param_module',
      '__scrape_interval__',
      '__scrape_timeout__',
    ]);
    expect(parsed.warnings).toHaveLength(3);
  });

  it('leave out a time-out that is longer than the interval: Prometheus would drop the target', () => {
    const parsed = parse({ __scrape_interval__: '10s', __scrape_timeout__: '11s' });

    expect(parsed.labels).toEqual({ __scrape_interval__: '10s' });
    expect(parsed.warnings).toEqual([
      'label "__scrape_timeout__" dropped: 11s is longer than the interval, 10s',
    ]);
  });

  it('are valid Unicode: two that Prometheus could not tell apart are the same here already', () => {
    expect(parsePathLabels('{"a":"\\ud800","b":"\\udc01x"}', MAX_BYTES).labels).toEqual({
      a: '\ufffd',
      b: '\ufffdx',
    });
  });

  it.each([
    ['an interval that is no duration', { __scrape_interval__: 'soon' }],
    ['an interval of nothing', { __scrape_interval__: '0s' }],
    ['a time-out as a number', { __scrape_timeout__: 5 }],
    ['a name with a dash', { 'a-b': 'x' }],
    ['a name that begins with a digit', { '1a': 'x' }],
    ['an empty name', { '': 'x' }],
    ['a name beyond ASCII', { tëam: 'x' }],
    ['a nested object', { a: { b: 1 } }],
    ['a list', { a: ['x'] }],
    ['a null', { a: null }],
  ])('leave out %s with a warning, and keep the rest', (_title, bad) => {
    const parsed = parse({ ...bad, good: 'kept' });

    expect(parsed.labels).toEqual({ good: 'kept' });
    expect(parsed.warnings).toEqual([expect.stringMatching(/^label ".*" dropped: /)]);
  });

  it.each([
    ['no JSON', '{a:1}'],
    ['a list', '["a"]'],
    ['a text', '"a"'],
    ['null', 'null'],
  ])('are none with one warning when the text is %s', (_title, text) => {
    const parsed = parsePathLabels(text, MAX_BYTES);

    expect(parsed).toEqual({ labels: {}, warnings: ['labels dropped: not a JSON object'] });
  });

  it('are counted in bytes against the limit', () => {
    const atLimit = JSON.stringify({ a: 'é'.repeat(100) });
    const bytes = Buffer.byteLength(atLimit);

    expect(parsePathLabels(atLimit, bytes).warnings).toEqual([]);
    expect(parsePathLabels(atLimit, bytes - 1)).toEqual({
      labels: {},
      warnings: [`labels dropped: more than ${bytes - 1} bytes`],
    });
  });

  it('never reach the prototype of anything', () => {
    const parsed = parsePathLabels('{"__proto__": "x", "constructor": "y"}', MAX_BYTES);

    expect(Object.entries(parsed.labels)).toEqual([['constructor', 'y']]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
