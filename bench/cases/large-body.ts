import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { shown } from '../figures.ts';
import type { Page } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import type { Road } from '../road.ts';
import type { Scene } from '../scene.ts';

const MB = 1_000_000;
const BODY_BYTES = 100 * MB;
const BYTES_PER_SEC = 20 * MB;
const TICK_MS = 20;
const SETTLE_MS = 2_000;

/** A body of 100 MB to a scraper that reads 20 MB a second: memory must not follow the size of the body. */
export async function largeBody(scene: Scene): Promise<CaseReport> {
  const text = randomBytes(BODY_BYTES);
  const page: Page = { name: '100mb', text, gzip: gzipSync(text, { level: 0 }) };
  const target = await scene.target([page]);
  const figures = [];
  for (const plan of scene.plans) {
    const road = await scene.road(plan, { targetPort: target.port, paths: [page.name] });
    await readSlowly(road, page);
    await sleep(SETTLE_MS);
    const idle = rssOf(road);
    const highest = await readSlowly(road, page);
    figures.push({ road: road.name, idle, highest });
  }
  const cell = (values: Rss): string => `${shown(values.proxy)} / ${shown(values.agent)}`;
  return {
    name: 'large-body',
    tables: [
      {
        title: 'A body of 100 MB, read at 20 MB a second',
        text: 'Resident memory in MB (proxy / agent): idle after one such scrape, and the highest during another.',
        head: ['', ...figures.map(({ road }) => road)],
        rows: [
          ['idle', ...figures.map(({ idle }) => cell(idle))],
          ['highest', ...figures.map(({ highest }) => cell(highest))],
        ],
      },
    ],
    figures,
  };
}

interface Rss {
  readonly proxy: number;
  readonly agent: number;
}

function rssOf({ proxy, agent }: Road): Rss {
  return { proxy: proxy?.rssMb ?? NaN, agent: agent?.rssMb ?? NaN };
}

/** The highest memory seen meanwhile. @throws when the body is not the target's */
async function readSlowly(road: Road, page: Page): Promise<Rss> {
  let highest = rssOf(road);
  const sample = (): void => {
    const now = rssOf(road);
    highest = { proxy: Math.max(highest.proxy, now.proxy), agent: Math.max(highest.agent, now.agent) };
  };
  const sampling = setInterval(sample, TICK_MS);
  try {
    await compareSlowly(road, page);
  } finally {
    clearInterval(sampling);
  }
  return highest;
}

async function compareSlowly(road: Road, page: Page): Promise<void> {
  const answer = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    const headers = { 'Accept-Encoding': 'gzip', 'X-Prometheus-Scrape-Timeout-Seconds': '60' };
    const path = road.requestTarget(page.name);
    request({ host: '127.0.0.1', port: road.port, path, headers }, resolve).on('error', reject).end();
  });
  const startedAt = performance.now();
  let read = 0;
  for await (const piece of answer) {
    if (!piece.equals(page.gzip.subarray(read, read + piece.length))) {
      throw new Error(`the body differs from the target's within ${piece.length} bytes after ${read}`);
    }
    read += piece.length;
    const aheadMs = (read / BYTES_PER_SEC) * 1000 - (performance.now() - startedAt);
    if (aheadMs > TICK_MS) await sleep(aheadMs);
  }
  if (read !== page.gzip.length) throw new Error(`the body ended after ${read} of ${page.gzip.length} bytes`);
}
