import { setTimeout as sleep } from 'node:timers/promises';
import { startExporter } from '../exporter.ts';
import { median, shown } from '../figures.ts';
import { PAGES } from '../pages.ts';
import { Relay } from '../relay.ts';
import type { CaseReport } from '../report.ts';
import type { Road, RoadPlan } from '../road.ts';
import type { Scene } from '../scene.ts';
import { Scraper } from '../scraper.ts';

/** Scrapes of a page that does not change, one after another without a pause. */
const SCRAPES = 100;
/** How a live exporter is scraped: seconds between, and how often in a quick and a full run. */
const LIVE = [
  { intervalSecs: 1, quick: 15, full: 60 },
  { intervalSecs: 15, quick: 2, full: 8 },
];

interface Figure {
  readonly what: string;
  readonly road: string;
  readonly bytesPerScrape: number;
}

/** Bytes that cross the link for one scrape, up and down together: pages as fast as they go, and a live exporter. */
export async function linkBytes(scene: Scene): Promise<CaseReport> {
  const figures = [...(await ofPages(scene)), ...(await ofLiveExporter(scene))];
  const roads = [...new Set(figures.map((figure) => figure.road))];
  const rows = [...new Set(figures.map((figure) => figure.what))];
  const cell = (what: string, road: string): string =>
    shown(figures.find((figure) => figure.what === what && figure.road === road)?.bytesPerScrape);
  return {
    name: 'link-bytes',
    tables: [
      {
        title: 'Bytes on the link',
        text: 'Bytes for one scrape, up and down together, as a relay between the two programs counts them, with the heartbeats between scrapes.',
        head: ['', ...roads],
        rows: rows.map((what) => [what, ...roads.map((road) => cell(what, road))]),
      },
    ],
    figures,
  };
}

async function ofPages(scene: Scene): Promise<Figure[]> {
  const target = await scene.target(PAGES);
  const figures: Figure[] = [];
  for (const plan of scene.plans) {
    const { road, relay } = await overRelay(
      scene,
      plan,
      target.port,
      PAGES.map((page) => page.name),
    );
    for (const page of PAGES) {
      const scrape = (scraper: Scraper): Promise<unknown> =>
        scraper.time(road.requestTarget(page.name), page.gzip);
      const { bytesPerScrape } = await bytesOf(road, relay, SCRAPES, 0, scrape);
      figures.push({ what: `page of ${page.name}`, road: road.name, bytesPerScrape });
    }
  }
  return figures;
}

async function ofLiveExporter(scene: Scene): Promise<Figure[]> {
  const { port, program } = await startExporter();
  scene.atEnd(() => program.stop());
  // Side by side: most of the time is spent waiting for the next scrape.
  const figures = await Promise.all(scene.plans.map((plan) => ofExporter(scene, plan, port)));
  return figures.flat();
}

async function ofExporter(scene: Scene, plan: RoadPlan, port: number): Promise<Figure[]> {
  const { road, relay } = await overRelay(scene, plan, port, ['metrics'], 'auto');
  const figures: Figure[] = [];
  for (const { intervalSecs, ...counts } of LIVE) {
    const scrape = (scraper: Scraper): Promise<unknown> => scraper.fetch(road.requestTarget('metrics'));
    const count = counts[scene.settings.effort.name];
    const bytes = await bytesOf(road, relay, count, intervalSecs * 1000, scrape);
    const what = `live node_exporter, every ${intervalSecs} s`;
    figures.push({ what, road: road.name, bytesPerScrape: bytes.bytesPerScrape });
    figures.push({ what: `${what}: the scrape alone`, road: road.name, bytesPerScrape: bytes.ofScrapeAlone });
  }
  return figures;
}

async function overRelay(
  scene: Scene,
  plan: RoadPlan,
  targetPort: number,
  paths: readonly string[],
  compression: 'auto' | 'passthrough' = 'passthrough',
): Promise<{ road: Road; relay: Relay }> {
  let relay: Relay | undefined;
  const link = async (proxyPort: number): Promise<number> => {
    relay = await Relay.start(proxyPort);
    scene.atEnd(() => relay?.close());
    return relay.port;
  };
  const road = await scene.road(plan, { targetPort, paths, link, compression });
  if (relay === undefined) throw new Error(`${plan.name} has no link`);
  return { road, relay };
}

interface LinkBytes {
  /** The mean, with all that crosses the link between scrapes. */
  readonly bytesPerScrape: number;
  /** The median of what crosses it while a scrape is under way. */
  readonly ofScrapeAlone: number;
}

/** One scrape ahead of those that count: what is only said once is not their share. */
async function bytesOf(
  road: Road,
  relay: Relay,
  count: number,
  pauseMs: number,
  scrape: (scraper: Scraper) => Promise<unknown>,
): Promise<LinkBytes> {
  const scraper = new Scraper(road.port);
  await scrape(scraper);
  await sleep(pauseMs);
  const before = relay.bytes;
  const alone: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const beforeScrape = relay.bytes;
    await scrape(scraper);
    alone.push(relay.bytes - beforeScrape);
    await sleep(pauseMs);
  }
  scraper.close();
  return { bytesPerScrape: (relay.bytes - before) / count, ofScrapeAlone: median(alone) };
}
