import { Row, type RowContent } from './row.js';

/** What a row shows: who it stands for, and values that are equal for as long as it need not change. */
export interface RowSource {
  /** Unique in its table. */
  readonly key: string;
  readonly values: readonly unknown[];
  content(): RowContent;
}

interface Cached {
  readonly row: Row;
  readonly values: readonly unknown[];
}

/**
 * The rows of one table, kept while nothing in them changes. A row that changes keeps its id; one that is no longer among
 * the sources is forgotten.
 */
export class RowCache {
  private byKey = new Map<string, Cached>();
  private nextId = 1;

  /** @param prefix - of the ids of its rows */
  constructor(private readonly prefix: string) {}

  rows(sources: readonly RowSource[]): Row[] {
    const now = new Map<string, Cached>();
    for (const source of sources) {
      const before = this.byKey.get(source.key);
      now.set(
        source.key,
        before !== undefined && isSame(before.values, source.values) ? before : this.create(source, before),
      );
    }
    this.byKey = now;
    return Array.from(now.values(), ({ row }) => row);
  }

  private create(source: RowSource, before: Cached | undefined): Cached {
    const id = before?.row.id ?? `${this.prefix}-${this.nextId++}`;
    return { row: new Row(id, source.content()), values: source.values };
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
