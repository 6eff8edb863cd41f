import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { RowResult } from './fault-row.js';
import { recordSeen } from './seen-rows.js';

const RESULTS = new URL('../../.cache/faults.md', import.meta.url);

/**
 * Prints the table of faults as it was run: row, expected, seen, time to recovery. Leaves it in `.cache`, as a page, and with
 * `FAULTS_RECORD` in the documentation.
 */
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => test.meta().row).filter((row) => row !== undefined);
    const broken = tests.filter((test) => test.result().state === 'failed').map(({ fullName }) => fullName);
    process.stdout.write(
      `${[...results.map(toLine), ...broken.map((name) => `FAILED: ${name}`)].join('\n')}\n`,
    );
    mkdirSync(new URL('.', RESULTS), { recursive: true });
    writeFileSync(RESULTS, toPage(results));
    if (process.env['FAULTS_RECORD'] !== undefined) recordSeen(results);
  }
}

function toLine({ group, fault, expected, seen, recoveryMs }: RowResult): string {
  const recovery = recoveryMs === undefined ? 'nothing to recover from' : `${Math.round(recoveryMs)} ms`;
  return [`${group}: ${fault}`, `expected: ${expected}`, `seen: ${seen}`, `recovery: ${recovery}`].join(
    '\n    ',
  );
}

function toPage(results: readonly RowResult[]): string {
  const rows = results.map(({ group, fault, seen, recoveryMs }) => {
    const recovery = recoveryMs === undefined ? '' : `${Math.round(recoveryMs)} ms`;
    return `| ${group} | ${fault} | ${seen} | ${recovery} |`;
  });
  const head = ['| Group | Fault | Seen | Recovered after |', '| --- | --- | --- | --- |'];
  return `# The table as it was run last\n\n${[...head, ...rows].join('\n')}\n`;
}
