import { beforeEach, describe, expect, it } from 'vitest';
import { CodingPaces } from './coding-paces.js';

describe('whether coding a path pays', () => {
  let nowMs: number;
  let paces: CodingPaces;

  beforeEach(() => {
    nowMs = 1_000;
    paces = new CodingPaces(() => nowMs);
  });

  const scrapes = (count: number, everyMs: number, key = 'app'): boolean[] =>
    Array.from({ length: count }, () => {
      nowMs += everyMs;
      return paces.pays(key);
    });

  it.each([500, 1_000, 15_000])('it does when it is scraped every %d ms', (everyMs) => {
    expect(scrapes(100, everyMs)).not.toContain(false);
  });

  it('it does for two scrapers a second each, close to one another', () => {
    const pairs = Array.from({ length: 50 }, () => [...scrapes(1, 950), ...scrapes(1, 50)]).flat();

    expect(pairs).not.toContain(false);
  });

  it('it does not when it is scraped more than twice a second for long, and soon does again', () => {
    expect(scrapes(20, 100).slice(10)).not.toContain(true);

    expect(scrapes(10, 1_000).slice(3)).not.toContain(false);
  });

  it('is judged for each path by itself', () => {
    scrapes(20, 100);

    expect([paces.pays('app'), paces.pays('other')]).toEqual([false, true]);
  });

  it.each([
    ['a difference was larger than an eighth of its body', () => paces.coded('app', true, 126, 1_000)],
    [
      'three bodies in a row had no base',
      () => [1, 2, 3].forEach(() => paces.coded('app', false, 100, 1_000)),
    ],
    ['its body cannot be coded', () => paces.rest('app')],
  ])('it does not for ten minutes after %s', (_what, happens) => {
    paces.pays('app');

    happens();

    expect(scrapes(1, 9 * 60_000)).toEqual([false]);
    expect(scrapes(1, 60_000)).toEqual([true]);
  });

  it.each([
    ['small differences', () => paces.coded('app', true, 125, 1_000)],
    [
      'a body without a base now and then',
      () => [false, false, true, false, false].forEach((hit) => paces.coded('app', hit, 100, 1_000)),
    ],
    ['a large first body', () => paces.coded('app', false, 900, 1_000)],
  ])('it still does after %s', (_what, happens) => {
    happens();

    expect(paces.pays('app')).toBe(true);
  });

  it('forgets the paths that were not scraped for longest beyond ten thousand', () => {
    paces.rest('first');
    for (let at = 0; at < 10_000; at += 1) {
      paces.pays(`path ${at}`);
    }

    expect(paces.count).toBe(10_000);
    expect(paces.pays('first')).toBe(true);
  });
});
