import { html } from '@remix-run/html-template';
import { describe, expect, it } from 'vitest';
import { Row } from './row.js';
import type { Snapshot } from './snapshots.js';
import { forEachTable } from './tables.js';
import { changesBetween, countWords, filterWords, viewOf } from './view.js';

describe('what a page shows', () => {
  it('is what its filter lets through, with how many there are', () => {
    const view = viewOf(aSnapshot(['edge-1', 'edge-2', 'core']), filterWords('  EDGE '));

    expect(view.agents.rows.map(({ id }) => id)).toEqual(['edge-1', 'edge-2']);
    expect(countWords(view.agents)).toBe('2 of 3');
  });

  it('is no more than a browser can bear; the filter finds the rest', () => {
    const names = Array.from({ length: 501 }, (_, index) => `edge-${index}`);

    const view = viewOf(aSnapshot(names), []);

    expect(view.agents.rows).toHaveLength(500);
    expect(countWords(view.agents)).toBe('500 of 501 shown; the filter finds the others');
  });

  it('cuts a filter that is longer than anybody types', () => {
    expect(filterWords('x'.repeat(10_000))).toEqual(['x'.repeat(200)]);
  });
});

describe('what a page has to change', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(aRow) as [Row, Row, Row];
  const viewWith = (...rows: Row[]) => viewOf(aSnapshotOf(rows), []);

  it('is everything at first', () => {
    expect(changesBetween(undefined, viewWith(a, b)).agents).toEqual({
      count: '2',
      order: ['a', 'b'],
      rows: { a: '<i>a</i>', b: '<i>b</i>' },
    });
  });

  it('is nothing when all is as it was', () => {
    expect(changesBetween(viewWith(a, b), viewWith(a, b))).toEqual({});
  });

  it('is a row that is another one in the same place', () => {
    expect(changesBetween(viewWith(a, b), viewWith(a, aRow('b'))).agents).toEqual({
      count: '2',
      rows: { b: '<i>b</i>' },
    });
  });

  it.each([
    ['came', [a, b], [a, b, c], ['a', 'b', 'c'], { c: '<i>c</i>' }],
    ['went', [a, b, c], [a, c], ['a', 'c'], {}],
    ['moved', [a, b, c], [c, a, b], ['c', 'a', 'b'], {}],
  ])('is the order when a row %s', (_, before, after, order, rows) => {
    expect(changesBetween(viewWith(...before), viewWith(...after)).agents).toMatchObject({ order, rows });
  });
});

function aRow(id: string): Row {
  return new Row(id, { words: [id], render: () => html`<i>${id}</i>` });
}

function aSnapshot(names: readonly string[]): Snapshot {
  return aSnapshotOf(names.map(aRow));
}

function aSnapshotOf(agents: readonly Row[]): Snapshot {
  return { rows: forEachTable((name) => (name === 'agents' ? agents : [])) } as unknown as Snapshot;
}
