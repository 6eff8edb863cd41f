import type { FaultGroup } from './table.js';

/** The table as a page for people: what is done, what Prometheus sees, how soon it is over, and when the row is run. */
export function tablePage(groups: readonly FaultGroup[]): string {
  return [
    '# Faults and what becomes of them',
    '',
    'Written from the table in `test/faults` by `npm run settings`; [reliability.md](../reliability.md) says how to read it.',
    ...groups.flatMap(({ group, rows }) => [
      '',
      `## ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
      '',
      '| Fault | What is done | What Prometheus sees | Over within | Run |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map(({ fault, injected, expected, recoveryMs, isQuick }) => {
        const over = recoveryMs === undefined ? 'no scrape fails' : `${recoveryMs / 1_000} s`;
        return `| ${[fault, injected, expected, over, isQuick ? 'with every change' : 'at night'].join(' | ')} |`;
      }),
    ]),
    '',
  ].join('\n');
}
