import { readFileSync, writeFileSync } from 'node:fs';
import type { RowResult } from './fault-row.js';

/** What a row was seen to do when it was recorded last. */
export interface SeenRow {
  readonly group: string;
  readonly fault: string;
  readonly seen: string;
  /** Null where no scrape failed. */
  readonly recoveryMs: number | null;
}

const FILE = new URL('../../docs/reliability/seen.json', import.meta.url);

/** What is recorded of the rows, in the order of their names. */
export function readSeen(): readonly SeenRow[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as SeenRow[];
}

/** Record these rows; what is known of others stays. */
export function recordSeen(results: readonly RowResult[]): void {
  const known = new Map(readSeen().map((row) => [nameOf(row), row]));
  for (const { group, fault, seen, recoveryMs } of results) {
    const rounded = recoveryMs === undefined ? null : Math.round(recoveryMs);
    // Ports differ from run to run, and say nothing.
    const words = seen.replaceAll(/(127\.0\.0\.\d+):\d+/g, '$1');
    known.set(nameOf({ group, fault }), { group, fault, seen: words, recoveryMs: rounded });
  }
  const rows = [...known].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  writeFileSync(FILE, `${JSON.stringify(rows, null, 2)}\n`);
}

/** What a row is called among all. */
export function nameOf({ group, fault }: Pick<SeenRow, 'group' | 'fault'>): string {
  return `${group}: ${fault}`;
}
