import { html } from '@remix-run/html-template';
import { describe, expect, it } from 'vitest';
import { RowCache, type RowSource } from './row-cache.js';

describe('the rows of a table', () => {
  it('stay the same objects while their values are equal, and are rendered once', () => {
    const cache = new RowCache('t');
    let renderings = 0;
    const source = aSource('a', [1], () => (renderings += 1));

    const [first] = cache.rows([source]);
    const [again] = cache.rows([aSource('a', [1])]);

    expect(again).toBe(first);
    expect([first?.html, first?.html, renderings]).toEqual(['<i id="t-1">a</i>', '<i id="t-1">a</i>', 1]);
  });

  it('keep their id when they change, and lose it when they go', () => {
    const cache = new RowCache('t');
    const idsOf = (sources: RowSource[]): string[] => cache.rows(sources).map(({ id }) => id);

    expect(idsOf([aSource('a', [1]), aSource('b', [1])])).toEqual(['t-1', 't-2']);
    expect(idsOf([aSource('b', [2])])).toEqual(['t-2']);
    expect(idsOf([aSource('a', [1]), aSource('b', [2])])).toEqual(['t-3', 't-2']);
  });

  it('are found by words in any case, all of which they must have', () => {
    const [row] = new RowCache('t').rows([aSource('Edge', [])]);

    expect([row?.matches(['edge']), row?.matches(['ed', 'ge']), row?.matches(['edge', 'x'])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

function aSource(key: string, values: readonly unknown[], onRender: () => void = () => undefined): RowSource {
  const render = (id: string) => {
    onRender();
    return html`<i id="${id}">${key}</i>`;
  };
  return { key, values, content: () => ({ words: [key, undefined], render }) };
}
