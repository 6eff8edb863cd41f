import { describe, expect, it, test } from 'vitest';
import { HeaderAllowList, headerListProblem } from './passed-headers.js';

test.each([
  ['Connection'],
  ['host'],
  ['Keep-Alive'],
  ['Transfer-Encoding'],
  ['TE'],
  ['Upgrade'],
  ['Proxy-Authorization'],
  ['authorization'],
  ['Cookie'],
  ['Set-Cookie'],
  ['Content-Length'],
  ['Accept-Encoding'],
  ['X-Prometheus-Scrape-Timeout-Seconds'],
])('%s is never passed on by name', (name) => {
  expect(headerListProblem(['X-Fine', name])).toBe(`${name} is never passed on by name`);
  expect(new HeaderAllowList([name]).pick({ [name.toLowerCase()]: 'a' })).toEqual([]);
  expect(new HeaderAllowList([name]).keep([{ name, value: 'a' }])).toEqual({});
});

test.each([
  [[''], '"" is no name of a header'],
  [['X Y'], '"X Y" is no name of a header'],
  [['x:y'], '"x:y" is no name of a header'],
  [['x-\r\ny'], String.raw`"x-\r\ny" is no name of a header`],
  [Array.from({ length: 33 }, (_, at) => `x-${at}`), 'has 33 names, at most 32 are allowed'],
  [['X-Tenant', 'traceparent'], undefined],
  [[], undefined],
])('of the list %j is said: %s', (names, words) => {
  expect(headerListProblem(names)).toBe(words);
});

describe('what is passed on', () => {
  const list = new HeaderAllowList(['X-Tenant', 'x-trace']);

  it('is what the list names, whatever its case', () => {
    const picked = list.pick({ 'x-tenant': 'a', 'x-trace': ['1', '2'], 'x-other': 'b' });

    expect(picked).toEqual([
      { name: 'x-tenant', value: 'a' },
      { name: 'x-trace', value: '1, 2' },
    ]);
    expect(list.keep([...picked, { name: 'X-Tenant', value: 'b' }, { name: 'x-other', value: 'c' }])).toEqual(
      {
        'x-tenant': 'b',
        'x-trace': '1, 2',
      },
    );
  });

  it.each(['a\r\nX-Injected: 1', 'a\0', 'Ω', 'a'.repeat(4_097)])('is no value like %j', (value) => {
    expect(list.pick({ 'x-tenant': value })).toEqual([]);
    expect(list.keep([{ name: 'x-tenant', value }])).toEqual({});
  });

  it('may be empty, or as long as the bound', () => {
    for (const value of ['', 'a'.repeat(4_096)]) {
      expect(list.keep(list.pick({ 'x-tenant': value }))).toEqual({ 'x-tenant': value });
    }
  });

  it('is nothing without names', () => {
    expect(HeaderAllowList.empty.pick({ 'x-tenant': 'a' })).toEqual([]);
    expect(HeaderAllowList.empty.keep([{ name: 'x-tenant', value: 'a' }])).toEqual({});
  });
});
