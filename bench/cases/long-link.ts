import { median, shown } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import { Relay } from '../relay.ts';
import type { CaseReport } from '../report.ts';
import type { Road } from '../road.ts';
import type { Scene } from '../scene.ts';
import { Scraper } from '../scraper.ts';
import { warmUp } from '../warm-up.ts';
import { runLoad } from '../wrk.ts';

const ROUND_TRIP_MS = 50;
const AT_ONCE = 20;
const ALONE = 20;
const PAGE = pageNamed('200kb');

/** Proxy and agent a round trip of 50 ms apart. */
export async function longLink(scene: Scene): Promise<CaseReport> {
  const { rounds, secsPerRun } = scene.settings.effort;
  const target = await scene.target([PAGE]);
  const roads: Road[] = [];
  for (const plan of scene.plans) {
    const link = async (proxyPort: number): Promise<number> => {
      const relay = await Relay.start(proxyPort, ROUND_TRIP_MS / 2);
      scene.atEnd(() => relay.close());
      return relay.port;
    };
    roads.push(await scene.road(plan, { targetPort: target.port, paths: [PAGE.name], link }));
  }

  for (const road of roads) await warmUp(scene, road, [PAGE]);

  const runs: { road: string; aloneMs: number; perSec: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const road of roads) {
      const aloneMs = await timeAlone(road);
      const result = await runLoad({
        port: road.port,
        requestTarget: road.requestTarget(PAGE.name),
        bodyFile: scene.bodyFile(PAGE),
        connections: AT_ONCE,
        secs: secsPerRun,
      });
      runs.push({ road: road.name, aloneMs, perSec: result.requests / result.secs });
    }
  }
  const cell = (road: string, figure: 'aloneMs' | 'perSec'): string =>
    shown(median(runs.filter((run) => run.road === road).map((run) => run[figure])));
  const names = roads.map((road) => road.name);
  return {
    name: 'long-link',
    tables: [
      {
        title: `A link of ${ROUND_TRIP_MS} ms round trip`,
        text: `The page of 200 KB over a relay that holds every piece back for ${ROUND_TRIP_MS / 2} ms.`,
        head: ['', ...names],
        rows: [
          ['one at a time, ms', ...names.map((name) => cell(name, 'aloneMs'))],
          [`${AT_ONCE} at once, scrapes/s`, ...names.map((name) => cell(name, 'perSec'))],
        ],
      },
    ],
    figures: { runs },
  };
}

async function timeAlone(road: Road): Promise<number> {
  const scraper = new Scraper(road.port);
  const times: number[] = [];
  for (let at = 0; at < ALONE; at += 1) {
    times.push(await scraper.time(road.requestTarget(PAGE.name), PAGE.gzip));
  }
  scraper.close();
  return median(times);
}
