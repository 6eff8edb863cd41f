import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart.ts';
import { type CaseReport, toMarkdown } from './report.ts';
import type { Settings } from './settings.ts';
import { MOST_SECS } from './warm-up.ts';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

/** The figures of each case as JSON, beside the page. */
export function writeResults(reports: readonly CaseReport[], settings: Settings): void {
  mkdirSync(`${DOCS}performance`, { recursive: true });
  for (const { name, figures } of reports) {
    const results = { machine: machine(), effort: settings.effort, figures };
    writeFileSync(`${DOCS}performance/${name}.json`, `${JSON.stringify(results)}\n`);
  }
}

/** `docs/performance.md` and its pictures. */
export function writePage(reports: readonly CaseReport[], settings: Settings): void {
  const tables = reports.flatMap((report) => report.tables);
  writeFileSync(`${DOCS}performance.md`, `${introduction(settings)}\n${tables.map(toMarkdown).join('\n')}`);
  for (const { chart } of tables) {
    if (chart !== undefined) writeFileSync(`${DOCS}performance/${chart.file}.svg`, drawChart(chart));
  }
}

function introduction({ effort, peer }: Settings): string {
  const beside = peer === undefined ? '' : ` Beside it: ${peer.name}.`;
  return `# Performance

Written by \`npm run bench -- all --${effort.name}\` (see \`npm run bench -- --help\`) on ${machine()}.${beside} Target (nginx
with pages that are compressed already), both programs and the load generator (wrk) share that machine over its loopback
interface, and \`Accept-Encoding: gzip\` is sent as Prometheus sends it: read the figures as ratios. Each is the median of
${effort.rounds} rounds of ${effort.secsPerRun} s in which the roads take turns (a p99 "of" so many scrapes is of all rounds together), after ${effort.warmUpScrapes.toLocaleString('en-US')} scrapes of each page (or ${MOST_SECS} s of them) that do not count.
In every case each hundredth body is compared with the target's. The figures behind the tables are in
[performance/](performance).
`;
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return `${availableParallelism()} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.version}`;
}
