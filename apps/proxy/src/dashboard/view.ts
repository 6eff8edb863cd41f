import type { Row } from './row.js';
import type { Snapshot } from './snapshots.js';
import { forEachTable, type TableName, TABLES } from './tables.js';

/** The part of a table that a page shows. */
export interface TableView {
  readonly rows: readonly Row[];
  /** Rows that the filter lets through, shown or not. */
  readonly matching: number;
  readonly total: number;
}

/** What a page with a filter shows of a snapshot. */
export type View = Record<TableName, TableView>;

/** What a page has to change in one table. */
export interface TableChange {
  readonly count: string;
  /** Ids of all rows in order; absent when neither has changed. */
  readonly order?: readonly string[];
  /** Rows that are new or have changed, as HTML by id. */
  readonly rows: Readonly<Record<string, string>>;
}

/** Characters of a filter that are used. */
const MAX_FILTER_LENGTH = 200;

/** The words of a filter; a row has to have all of them. */
export function filterWords(filter: string): string[] {
  return filter
    .slice(0, MAX_FILTER_LENGTH)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

export function viewOf({ rows }: Snapshot, words: readonly string[]): View {
  return forEachTable((name) => {
    const all = rows[name];
    const matching = words.length === 0 ? all : all.filter((row) => row.matches(words));
    return { rows: matching.slice(0, TABLES[name].maxRows), matching: matching.length, total: all.length };
  });
}

/** Like `12`, `3 of 12`, or `2,000 of 5,300 shown; the filter finds the others`. */
export function countWords({ rows, matching, total }: TableView): string {
  const [shown, fitting, all] = [rows.length, matching, total].map((count) => count.toLocaleString('en'));
  if (rows.length < matching) {
    return `${shown} of ${fitting} shown; the filter finds the others`;
  }
  return matching === total ? `${all}` : `${fitting} of ${all}`;
}

/** What is different in `after`, by table; nothing for a table that looks the same. Without `before`, everything. */
export function changesBetween(
  before: View | undefined,
  after: View,
): Partial<Record<TableName, TableChange>> {
  const changes = forEachTable((name) => tableChange(before?.[name], after[name]));
  return Object.fromEntries(Object.entries(changes).filter(([, change]) => change !== undefined));
}

function tableChange(before: TableView | undefined, after: TableView): TableChange | undefined {
  const known = new Set(before?.rows);
  const changed = after.rows.filter((row) => !known.has(row));
  const count = countWords(after);
  const isOrderSame =
    before !== undefined &&
    before.rows.length === after.rows.length &&
    after.rows.every((row, index) => row.id === before.rows[index]?.id);
  if (isOrderSame && changed.length === 0 && count === countWords(before)) {
    return undefined;
  }
  return {
    count,
    ...(!isOrderSame && { order: after.rows.map(({ id }) => id) }),
    rows: Object.fromEntries(changed.map(({ id, html }) => [id, html])),
  };
}
