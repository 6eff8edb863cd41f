/** `npm run bench -- [case …]`: measure this package, beside others where they are given; see `settings.ts`. */
import { badTargets } from './cases/bad-targets.ts';
import { largeBody } from './cases/large-body.ts';
import { linkBytes } from './cases/link-bytes.ts';
import { longLink } from './cases/long-link.ts';
import { manyAgents } from './cases/many-agents.ts';
import { paced } from './cases/paced.ts';
import { throughput } from './cases/throughput.ts';
import { writePage, writeResults } from './page.ts';
import type { CaseReport } from './report.ts';
import { toMarkdown } from './report.ts';
import { Scene } from './scene.ts';
import { parseSettings, type Settings, USAGE } from './settings.ts';

const CASES: Readonly<Record<string, (scene: Scene) => Promise<CaseReport>>> = {
  throughput,
  paced,
  'long-link': longLink,
  'link-bytes': linkBytes,
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
  const reports: CaseReport[] = [];
  for (const name of settings.cases) {
    console.log(`\n# ${name}`);
    const report = await run(name, settings);
    reports.push(report);
    for (const table of report.tables) console.log(`\n${toMarkdown(table)}`);
  }
  writeResults(reports, settings);
  if (settings.cases.length === Object.keys(CASES).length) writePage(reports, settings);
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
