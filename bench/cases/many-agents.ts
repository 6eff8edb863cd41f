import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantilesOf, shown, shownQuantiles } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import { freePorts, Program } from '../program.ts';
import type { CaseReport } from '../report.ts';
import { OURS, startProxy } from '../road.ts';
import type { Scene } from '../scene.ts';
import { Scraper } from '../scraper.ts';

const AGENTS = 2_000;
const PATHS_EACH = 10;
const INTERVAL_SECS = 15;
/** What connecting left behind is collected and compiled by then. */
const SETTLE_SECS = 15;
const IDLE_SECS = 30;
const READY_LIMIT_MS = 240_000;
/** The first one warms up; what fails in it counts. */
const INTERVALS = 2;
const PAGE = pageNamed('5kb');

/** Whose agents the simulated ones are like. */
type AgentKind = 'this' | '4.x';

/** Agents that serve. */
interface Connected {
  readonly agents: Program;
  readonly connectedAfterSecs: number;
}

/** What came of scraping every path once. */
interface Interval {
  readonly times: readonly number[];
  /** How often a scrape failed with these words. */
  readonly failures: Readonly<Record<string, number>>;
  /** Share of a core. */
  readonly proxyCpuPercent: number;
}

/** 2,000 agents with ten paths each, all of them scraped every 15 s. This package only. */
export async function manyAgents(scene: Scene): Promise<CaseReport> {
  const [httpPort = 0, linkPort = 0] = await freePorts(2);
  const proxy = await startProxy(OURS, scene, httpPort, linkPort);
  scene.atEnd(() => proxy.stop());
  const bodyFile = join(scene.folder, 'body.gz');
  writeFileSync(bodyFile, PAGE.gzip);
  const start = (kind: AgentKind): Promise<Connected> => connectAll(scene, kind, linkPort, bodyFile);
  const { agents, connectedAfterSecs } = await start('this');
  const heartbeatCpuPercent = await idleCpuPercent(proxy);
  const idleRssMb = proxy.rssMb;
  const intervals: Interval[] = [];
  while (intervals.length < INTERVALS) intervals.push(await scrapeAll(httpPort, proxy));
  const loadedRssMb = proxy.rssMb;
  await agents.stop();
  await start('4.x');
  const { times = [], proxyCpuPercent } = intervals.at(-1) ?? {};
  const figures = {
    connectedAfterSecs,
    heartbeatCpuPercent,
    olderHeartbeatCpuPercent: await idleCpuPercent(proxy),
    idleRssMb,
    loadedRssMb,
    scrapeCpuPercent: proxyCpuPercent,
    scrapes: INTERVALS * AGENTS * PATHS_EACH,
    failures: intervals.map(({ failures }) => failures),
    ...quantilesOf(times),
  };
  return {
    name: 'many-agents',
    tables: [
      {
        title: `${AGENTS.toLocaleString('en-US')} agents with ${PATHS_EACH} paths each`,
        text: `The agents are simulated in one process over real gRPC, a connection each; every path is scraped once in ${INTERVAL_SECS} s, ${INTERVALS} times. Times are those of the last. Heartbeats are measured for ${IDLE_SECS} s, from ${SETTLE_SECS} s after all have connected.`,
        head: ['', 'proxy'],
        rows: [
          ['all connected and registered after, s', shown(figures.connectedAfterSecs)],
          ['memory with all connected, MB', shown(figures.idleRssMb)],
          ['memory at the end of the scrapes, MB', shown(figures.loadedRssMb)],
          ['processor for heartbeats alone, % of a core', shown(figures.heartbeatCpuPercent)],
          [
            'the same with agents of prometheus-proxy 4.x, % of a core',
            shown(figures.olderHeartbeatCpuPercent),
          ],
          ['processor while they are scraped, % of a core', shown(figures.scrapeCpuPercent)],
          ['scrapes', shown(figures.scrapes)],
          ['of these failed', String(sum(figures.failures.flatMap((each) => Object.values(each))))],
          ['ms for a scrape (p50 / p99)', shownQuantiles(figures)],
        ],
      },
    ],
    figures,
  };
}

/** Start the agents, and wait until all of them serve. */
async function connectAll(
  scene: Scene,
  kind: AgentKind,
  linkPort: number,
  bodyFile: string,
): Promise<Connected> {
  const script = fileURLToPath(new URL('../simulated-agents.ts', import.meta.url));
  const args = [linkPort, AGENTS, PATHS_EACH, bodyFile, kind].map(String);
  const agents = new Program('simulated agents', [process.execPath, script, ...args]);
  scene.atEnd(() => agents.stop());
  const startedAt = performance.now();
  await agents.printed('ready', READY_LIMIT_MS);
  return { agents, connectedAfterSecs: (performance.now() - startedAt) / 1000 };
}

/** While nobody scrapes. */
async function idleCpuPercent(proxy: Program): Promise<number> {
  await sleep(SETTLE_SECS * 1000);
  const cpuBefore = proxy.cpuSecs;
  await sleep(IDLE_SECS * 1000);
  return ((proxy.cpuSecs - cpuBefore) * 100) / IDLE_SECS;
}

/** Each path once, spread over the interval. */
async function scrapeAll(port: number, proxy: Program): Promise<Interval> {
  const scraper = new Scraper(port);
  const count = AGENTS * PATHS_EACH;
  const startedAt = performance.now();
  const cpuBefore = proxy.cpuSecs;
  const times: number[] = [];
  const failures: Record<string, number> = {};
  const scrapes: Promise<unknown>[] = [];
  for (let at = 0; at < count; at += 1) {
    const waitMs = startedAt + (at * INTERVAL_SECS * 1000) / count - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const path = `/agent-${at % AGENTS}/${Math.floor(at / AGENTS)}`;
    const scrape = scraper.time(path, PAGE.gzip).then(
      (ms) => times.push(ms),
      (error: Error) => {
        const words = error.message.replaceAll(/\d+/g, 'N');
        failures[words] = (failures[words] ?? 0) + 1;
      },
    );
    scrapes.push(scrape);
  }
  await Promise.all(scrapes);
  const proxyCpuPercent = ((proxy.cpuSecs - cpuBefore) * 100_000) / (performance.now() - startedAt);
  scraper.close();
  return { times, failures, proxyCpuPercent };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
