import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantilesOf, shownQuantiles } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import type { Road } from '../road.ts';
import type { Scene } from '../scene.ts';
import { Scraper } from '../scraper.ts';

const FAST = Array.from({ length: 99 }, (_, at) => `fast-${at}`);
const BAD = ['hung', 'dripping'];
const PACE_MS = 10;
const DRIP_MS = 100;
/** How often each of the fast ones is scraped in a run: of 594 scrapes, in three rounds, the 18th slowest is the p99. */
const TIMES_A_RUN = 6;
const AT_ONCE_IN_WARM_UP = 10;
const PAGE = pageNamed('5kb');

/** One target that never answers and one that drips, beside 99 fast ones. */
export async function badTargets(scene: Scene): Promise<CaseReport> {
  const { rounds } = scene.settings.effort;
  const server = await startTargets(scene);
  const targetPort = (server.address() as AddressInfo).port;
  const roads: Road[] = [];
  for (const plan of scene.plans)
    roads.push(await scene.road(plan, { targetPort, paths: [...FAST, ...BAD] }));
  for (const road of roads) await warmUp(road, scene.settings.effort.warmUpScrapes);

  const runs: { road: string; isAlone: boolean; times: readonly number[] }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const road of roads) {
      for (const isAlone of [true, false]) {
        const times = isAlone ? await scrapeRounds(road) : await beside(road, () => scrapeRounds(road));
        runs.push({ road: road.name, isAlone, times });
      }
    }
  }
  const names = roads.map((road) => road.name);
  const quantiles = names.flatMap((road) =>
    [true, false].map((isAlone) => {
      const same = runs.filter((run) => run.road === road && run.isAlone === isAlone);
      return { road, isAlone, ...quantilesOf(same.flatMap(({ times }) => times)) };
    }),
  );
  const cells = (isAlone: boolean): string[] =>
    quantiles.filter((each) => each.isAlone === isAlone).map(shownQuantiles);
  return {
    name: 'bad-targets',
    tables: [
      {
        title: 'A hung and a dripping target among 99 fast ones',
        text: `Milliseconds for a scrape of a fast one (p50 / p99 of ${rounds * TIMES_A_RUN * FAST.length}) at ${1000 / PACE_MS} a second, by themselves and while each of the bad ones is scraped all the time.`,
        head: ['', ...names],
        rows: [
          ['the fast ones alone', ...cells(true)],
          ['beside the bad ones', ...cells(false)],
        ],
      },
    ],
    figures: { quantiles },
  };
}

async function startTargets(scene: Scene): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/hung') return;
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4', 'Content-Encoding': 'gzip' });
    if (request.url === '/dripping') {
      void drip(response);
    } else {
      response.end(PAGE.gzip);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scene.atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

async function drip(response: ServerResponse): Promise<void> {
  for (const byte of PAGE.gzip) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await sleep(DRIP_MS);
  }
  response.end();
}

/** Scrape the fast ones until the code that does it is compiled. */
async function warmUp(road: Road, scrapes: number): Promise<void> {
  const scraper = new Scraper(road.port);
  let begun = 0;
  const scrapeOn = async (): Promise<void> => {
    while (begun < scrapes) {
      const path = FAST[begun % FAST.length] ?? '';
      begun += 1;
      await scraper.time(road.requestTarget(path), PAGE.gzip);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE_IN_WARM_UP }, scrapeOn));
  } finally {
    scraper.close();
  }
}

async function scrapeRounds(road: Road): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < TIMES_A_RUN; round += 1) times.push(...(await scrapeFast(road)));
  return times;
}

/** Each fast target once, at a steady pace. */
async function scrapeFast(road: Road): Promise<number[]> {
  const scraper = new Scraper(road.port);
  const times: Promise<number>[] = [];
  for (const path of FAST) {
    times.push(scraper.time(road.requestTarget(path), PAGE.gzip));
    await sleep(PACE_MS);
  }
  return Promise.all(times).finally(() => scraper.close());
}

/** Do `work` while the bad targets are scraped. */
async function beside<T>(road: Road, work: () => Promise<T>): Promise<T> {
  const scraper = new Scraper(road.port);
  const hanging = BAD.map((path) => scraper.fetch(road.requestTarget(path)).catch(() => undefined));
  try {
    return await work();
  } finally {
    scraper.close();
    await Promise.all(hanging);
  }
}
