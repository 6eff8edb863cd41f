import { median, shown } from '../figures.ts';
import { PAGES } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import { OURS } from '../road.ts';
import type { Scene } from '../scene.ts';
import { warmUp } from '../warm-up.ts';
import { runLoad } from '../wrk.ts';

const AT_ONCE = 100;
const APART = { ...OURS, name: 'each its own' };
const SHARED = { ...OURS, name: 'shared' };

/** What it gives that identical scrapes in flight are one fetch (`proxy.http.shareIdenticalScrapes`). This package only. */
export async function sharedScrapes(scene: Scene): Promise<CaseReport> {
  const { rounds, secsPerRun } = scene.settings.effort;
  const target = await scene.target(PAGES);
  const setting = { targetPort: target.port, paths: PAGES.map((page) => page.name) };
  const roads = [
    await scene.road(APART, setting),
    await scene.road(SHARED, { ...setting, sharesScrapes: true }),
  ];
  for (const road of roads) await warmUp(scene, road, PAGES);

  const runs: { road: string; page: string; perSec: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const page of PAGES) {
      for (const road of roads) {
        const load = { port: road.port, requestTarget: road.requestTarget(page.name), secs: secsPerRun };
        const result = await runLoad({ ...load, bodyFile: scene.bodyFile(page), connections: AT_ONCE });
        runs.push({ road: road.name, page: page.name, perSec: result.requests / result.secs });
      }
    }
  }
  const cell = (page: string, road: string): string =>
    shown(median(runs.filter((run) => run.page === page && run.road === road).map((run) => run.perSec)));
  return {
    name: 'shared-scrapes',
    tables: [
      {
        title: 'Identical scrapes in flight as one',
        text: `Scrapes per second with ${AT_ONCE} at once of one path: each fetched by itself, as in every other case, and shared, as is the default.`,
        head: ['page', ...roads.map(({ name }) => name)],
        rows: PAGES.map(({ name }) => [name, ...roads.map((road) => cell(name, road.name))]),
      },
    ],
    figures: { runs },
  };
}
