import type { FaultRow } from './fault-row.js';
import { nameOf, type SeenRow } from './seen-rows.js';
import type { FaultGroup } from './table.js';

/**
 * The table as a page for people: what is done, what Prometheus may see and how soon it is over, what was seen when the rows
 * were recorded last, and when a row is run.
 */
export function tablePage(groups: readonly FaultGroup[], seen: readonly SeenRow[]): string {
  const byName = new Map(seen.map((row) => [nameOf(row), row]));
  return [
    '# Faults and what becomes of them',
    '',
    'Written from the table in `test/faults` by `npm run settings`, and from `seen.json`, which `npm run test:faults:record` writes;',
    '[reliability.md](../reliability.md) says how to read it.',
    ...groups.flatMap(({ group, rows }) => [
      '',
      `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
      '',
      '| Fault | What is done | What Prometheus may see | Over within | As seen | Over after | Run |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows.map((row) => toLine(row, byName.get(nameOf({ group, fault: row.fault })))),
    ]),
    '',
  ].join('\n');
}

function toLine(row: FaultRow, seen: SeenRow | undefined): string {
  const { fault, injected, expected, recoveryMs, isQuick } = row;
  const over = recoveryMs === undefined ? 'no scrape fails' : secondsOf(recoveryMs);
  const cells = [fault, injected, expected, over, seen?.seen ?? '–', overAfter(seen)];
  return `| ${[...cells, isQuick ? 'with every change' : 'at night'].map(escaped).join(' | ')} |`;
}

function overAfter(seen: SeenRow | undefined): string {
  if (seen === undefined) {
    return '–';
  }
  return seen.recoveryMs === null ? 'no scrape failed' : secondsOf(seen.recoveryMs);
}

const secondsOf = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const escaped = (cell: string): string => cell.replaceAll('|', String.raw`\|`);
