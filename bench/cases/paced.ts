import { setTimeout as sleep } from 'node:timers/promises';
import { quantilesOf, shownQuantiles } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import type { Road } from '../road.ts';
import type { Scene } from '../scene.ts';
import { Scraper } from '../scraper.ts';
import { warmUp } from '../warm-up.ts';

const PER_SEC = 100;
/** Times the rounds of other cases: a p99 is of few scrapes, and whatever else the machine does should meet all roads alike. */
const ROUNDS_FACTOR = 4;
const PAGES = ['5kb', '200kb'].map(pageNamed);

/** At a steady pace that leaves the machine mostly idle; the roads take turns. */
export async function paced(scene: Scene): Promise<CaseReport> {
  const { rounds: usualRounds, secsPerRun } = scene.settings.effort;
  const rounds = usualRounds * ROUNDS_FACTOR;
  const roads = await scene.roads(await scene.target(PAGES), PAGES);
  for (const road of roads) await warmUp(scene, road, PAGES);

  const count = secsPerRun * PER_SEC;
  const runs: { page: string; road: string; times: readonly number[] }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const page of PAGES) {
      for (const road of roads) {
        const times = await scrapeAtPace(road, road.requestTarget(page.name), page.gzip, count);
        runs.push({ page: page.name, road: road.name, times });
      }
    }
  }
  const quantiles = PAGES.flatMap(({ name: page }) =>
    roads.map(({ name: road }) => {
      const same = runs.filter((run) => run.page === page && run.road === road);
      return { page, road, ...quantilesOf(same.flatMap(({ times }) => times)) };
    }),
  );
  return {
    name: 'paced',
    tables: [
      {
        title: `A steady ${PER_SEC} scrapes a second`,
        text: `How long a scrape takes in milliseconds (p50 / p99 of ${rounds * count}, in turns of ${secsPerRun} s), the scraper included; every body is compared.`,
        head: ['page', ...roads.map((road) => road.name)],
        rows: PAGES.map(({ name }) => [
          name,
          ...quantiles.filter(({ page }) => page === name).map(shownQuantiles),
        ]),
      },
    ],
    figures: { quantiles },
  };
}

/** Milliseconds of `count` scrapes that begin at a steady pace, whether or not earlier ones are answered. */
async function scrapeAtPace(
  road: Road,
  requestTarget: string,
  body: Buffer,
  count: number,
): Promise<number[]> {
  const scraper = new Scraper(road.port);
  const startedAt = performance.now();
  const times: Promise<number>[] = [];
  try {
    for (let at = 0; at < count; at += 1) {
      await sleep(Math.max(0, startedAt + (at * 1000) / PER_SEC - performance.now()));
      times.push(scraper.time(requestTarget, body));
    }
    return await Promise.all(times);
  } finally {
    scraper.close();
  }
}
