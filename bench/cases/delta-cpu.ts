import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startExporter } from '../exporter.ts';
import { median, shown } from '../figures.ts';
import type { CaseReport } from '../report.ts';
import { OURS, type Road } from '../road.ts';
import type { Scene } from '../scene.ts';
import { fetchOnce, Scraper } from '../scraper.ts';

const MODES = ['passthrough', 'delta'] as const;
/** Pages of a live exporter, a second apart, which the target shows in turn. */
const PAGES = 5;
/** The two take turns: so many scrapes at a time, too few for the machine to change its speed in between, and so often. */
const TURN_SCRAPES = 250;
const TURNS = { quick: 24, full: 96 };
/** Of the warm-up that others have: a scrape with one at a time takes ten times as long. */
const WARM_UP_SHARE = 0.4;
/** A body of each so many is compared. */
const COMPARED = 100;

interface Spent {
  readonly mode: string;
  /** Processor milliseconds for a scrape. */
  readonly agentMs: number;
  readonly proxyMs: number;
}

/** What it costs to code bodies as differences, beside passing them on; one scrape at a time. This package only. */
export async function deltaCpu(scene: Scene): Promise<CaseReport> {
  const target = await ChangingTarget.start(await recordPages(scene));
  scene.atEnd(() => target.close());
  const roads: Road[] = [];
  for (const compression of MODES) {
    const setting = { targetPort: target.port, paths: ['metrics'], compression };
    roads.push(await scene.road({ ...OURS, name: compression }, setting));
  }
  const { name: effort, warmUpScrapes } = scene.settings.effort;
  for (const road of roads) await measure(road, target, warmUpScrapes * WARM_UP_SHARE);
  const spent: Spent[] = [];
  for (let turn = 0; turn < TURNS[effort]; turn += 1) {
    for (const road of roads) spent.push(await measure(road, target, TURN_SCRAPES));
  }
  return {
    name: 'delta-cpu',
    tables: [
      {
        title: 'What a difference costs',
        text: `Processor milliseconds for a scrape of a node_exporter (${shown(target.pageBytes / 1000)} KB), one at a time; medians of ${TURNS[effort]} turns of ${TURN_SCRAPES} scrapes each.`,
        head: ['', 'agent', 'proxy', 'both'],
        rows: MODES.map((mode) => rowOf(mode, spent)),
      },
    ],
    figures: { pageBytes: target.pageBytes, spent },
  };
}

function rowOf(mode: string, spent: readonly Spent[]): string[] {
  const own = spent.filter((one) => one.mode === mode);
  const agentMs = median(own.map((one) => one.agentMs));
  const proxyMs = median(own.map((one) => one.proxyMs));
  return [mode, shown(agentMs), shown(proxyMs), shown(agentMs + proxyMs)];
}

async function recordPages(scene: Scene): Promise<Buffer[]> {
  const { port, program } = await startExporter();
  scene.atEnd(() => program.stop());
  const pages: Buffer[] = [];
  while (pages.length < PAGES) {
    pages.push((await fetchOnce(port, '/metrics', 'identity')).body);
    await sleep(1_000);
  }
  await program.stop();
  return pages;
}

async function measure(road: Road, target: ChangingTarget, count: number): Promise<Spent> {
  const { agent, proxy } = road;
  if (agent === undefined || proxy === undefined) throw new Error(`${road.name} has no programs`);
  const scraper = new Scraper(road.port);
  const before = [agent.cpuSecs, proxy.cpuSecs] as const;
  for (let at = 0; at < count; at += 1) {
    const { status, body } = await scraper.fetch(road.requestTarget('metrics'));
    if (status !== 200) throw new Error(`${road.name} answered ${status}`);
    if (at % COMPARED === 0 && !target.hasShown(body)) {
      throw new Error(`${road.name}: a body is not the target's`);
    }
  }
  scraper.close();
  const perScrape = (secs: number): number => (secs * 1000) / count;
  return {
    mode: road.name,
    agentMs: perScrape(agent.cpuSecs - before[0]),
    proxyMs: perScrape(proxy.cpuSecs - before[1]),
  };
}

/** Shows another page each time, compressed to who asks for that. */
class ChangingTarget {
  readonly port: number;
  readonly pageBytes: number;
  readonly close: () => void;
  readonly #shown: () => readonly Buffer[];

  private constructor(
    port: number,
    pageBytes: number,
    shownLast: () => readonly Buffer[],
    close: () => void,
  ) {
    this.port = port;
    this.pageBytes = pageBytes;
    this.#shown = shownLast;
    this.close = close;
  }

  static async start(pages: readonly Buffer[]): Promise<ChangingTarget> {
    const variants = pages.map((page) => ({ page, packed: gzipSync(page) }));
    let served = 0;
    const server = createServer((request, response) => {
      const { page, packed } = variants[served++ % variants.length] ?? { page: '', packed: '' };
      const isPacked = request.headers['accept-encoding'] === 'gzip';
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.writeHead(200, isPacked ? { 'content-encoding': 'gzip' } : {}).end(isPacked ? packed : page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const lastShown = (): Buffer[] => {
      const last = variants[(served - 1) % variants.length];
      return last === undefined ? [] : [last.page, last.packed];
    };
    const { port } = server.address() as AddressInfo;
    return new ChangingTarget(port, pages[0]?.length ?? 0, lastShown, () => void server.close());
  }

  /** Whether this is the page that was shown last, compressed or not. */
  hasShown(body: Buffer): boolean {
    return this.#shown().some((page) => page.equals(body));
  }
}
