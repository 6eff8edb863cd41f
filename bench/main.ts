/** `npm run bench -- [case …]`: measure this package, beside others where they are given; see `settings.ts`. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badTargets } from './cases/bad-targets.ts';
import { deltaCpu } from './cases/delta-cpu.ts';
import { largeBody } from './cases/large-body.ts';
import { linkBytes } from './cases/link-bytes.ts';
import { loadedMemory } from './cases/loaded-memory.ts';
import { longLink } from './cases/long-link.ts';
import { manyAgents } from './cases/many-agents.ts';
import { paced } from './cases/paced.ts';
import { sharedScrapes } from './cases/shared-scrapes.ts';
import { startUp } from './cases/start-up.ts';
import { throughput } from './cases/throughput.ts';
import { writePage, writeResults } from './page.ts';
import type { CaseReport } from './report.ts';
import { toMarkdown } from './report.ts';
import { Scene } from './scene.ts';
import { parseSettings, type Settings, USAGE } from './settings.ts';

/** Programs that the cases start; the Debian packages have the same names. */
const TOOLS = ['nginx', 'wrk', 'prometheus-node-exporter'];

const CASES: Readonly<Record<string, (scene: Scene) => Promise<CaseReport>>> = {
  throughput,
  'loaded-memory': loadedMemory,
  'shared-scrapes': sharedScrapes,
  'start-up': startUp,
  paced,
  'long-link': longLink,
  'link-bytes': linkBytes,
  'delta-cpu': deltaCpu,
  'bad-targets': badTargets,
  'large-body': largeBody,
  'many-agents': manyAgents,
};

if (process.argv.includes('--help')) {
  console.log(`${USAGE}\n${Object.keys(CASES).join('\n')}`);
} else {
  await main();
}

async function main(): Promise<void> {
  const settings = parseSettings(process.argv.slice(2), process.env, Object.keys(CASES));
  requireTools();
  const reports: CaseReport[] = [];
  for (const name of settings.cases) {
    console.log(`\n# ${name}`);
    const report = await run(name, settings).catch((error: unknown) => failed(name, error));
    reports.push(report);
    for (const table of report.tables) console.log(`\n${toMarkdown(table)}`);
  }
  writeResults(reports, settings);
  if (settings.cases.length === Object.keys(CASES).length) writePage(reports, settings);
}

/** @throws {Error} naming what is missing and how to get it */
function requireTools(): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const missing = TOOLS.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  if (missing.length > 0) {
    throw new Error(`missing: ${missing.join(', ')} (on Debian: apt-get install ${TOOLS.join(' ')})`);
  }
  const built = fileURLToPath(new URL('../dist/apps', import.meta.url));
  if (!existsSync(built)) throw new Error(`${built} is missing: run 'npm run build' first`);
}

/** The other cases still count; that this one does not is said in its place. */
function failed(name: string, error: unknown): CaseReport {
  process.exitCode = 1;
  console.error(error);
  return {
    name,
    tables: [{ title: name, text: 'This case failed.', head: [], rows: [] }],
    figures: undefined,
  };
}

async function run(name: string, settings: Settings): Promise<CaseReport> {
  const measure = CASES[name];
  if (measure === undefined) throw new Error(`there is no case "${name}"`);
  const scene = new Scene(settings);
  try {
    return await measure(scene);
  } finally {
    await scene.clear();
  }
}
