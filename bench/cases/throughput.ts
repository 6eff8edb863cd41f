import { median, shown } from '../figures.ts';
import { type Page, PAGES } from '../pages.ts';
import type { CaseReport, Table } from '../report.ts';
import type { Road } from '../road.ts';
import type { Scene } from '../scene.ts';
import { warmUp } from '../warm-up.ts';
import { runLoad } from '../wrk.ts';

const CONCURRENCIES = [1, 10, 100];
/** Turns in the time of one round of other cases: the shorter they are, the more alike is what the machine does meanwhile. */
const TURNS_A_ROUND = 2;

/** One run of the load generator over one road. */
interface Run {
  readonly road: string;
  readonly page: string;
  readonly connections: number;
  readonly perSec: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor seconds for 1,000 scrapes. */
  readonly proxyCpu: number | undefined;
  readonly agentCpu: number | undefined;
  /** At the end of the run, under load. */
  readonly proxyRssMb: number | undefined;
  readonly agentRssMb: number | undefined;
}

/** As fast as it goes, at every size and concurrency; the roads take turns. */
export async function throughput(scene: Scene): Promise<CaseReport> {
  const turns = scene.settings.effort.rounds * TURNS_A_ROUND;
  const roads = await scene.roads(await scene.target(PAGES), PAGES);
  const idle = roads.map((road) => ({ road: road.name, proxy: road.proxy?.rssMb, agent: road.agent?.rssMb }));
  for (const road of roads) await warmUp(scene, road, PAGES);

  const runs: Run[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const page of PAGES) {
      for (const connections of CONCURRENCIES) {
        for (const road of roads) runs.push(await measure(scene, road, page, connections));
      }
    }
  }
  const names = roads.map((road) => road.name);
  return {
    name: 'throughput',
    tables: [speedTable(names, runs, turns), cpuTable(names, runs), memoryTable(idle, runs)],
    figures: { idle, runs },
  };
}

async function measure(scene: Scene, road: Road, page: Page, connections: number): Promise<Run> {
  const programs = [road.proxy, road.agent];
  const before = programs.map((program) => program?.cpuSecs ?? 0);
  const result = await runLoad({
    port: road.port,
    requestTarget: road.requestTarget(page.name),
    bodyFile: scene.bodyFile(page),
    connections,
    secs: scene.settings.effort.secsPerRun / TURNS_A_ROUND,
  });
  const [proxyCpu, agentCpu] = programs.map((program, at) =>
    program === undefined ? undefined : ((program.cpuSecs - (before[at] ?? 0)) * 1000) / result.requests,
  );
  return {
    road: road.name,
    page: page.name,
    connections,
    perSec: result.requests / result.secs,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    proxyCpu,
    agentCpu,
    proxyRssMb: road.proxy?.rssMb,
    agentRssMb: road.agent?.rssMb,
  };
}

type Figure = 'perSec' | 'p50Ms' | 'p99Ms' | 'proxyCpu' | 'agentCpu' | 'proxyRssMb' | 'agentRssMb';

function middle(
  runs: readonly Run[],
  road: string,
  page: string,
  connections: number,
  figure: Figure,
): number {
  const same = runs.filter(
    (run) => run.road === road && run.page === page && run.connections === connections,
  );
  return median(same.map((run) => run[figure] ?? NaN));
}

function speedTable(roads: readonly string[], runs: readonly Run[], turns: number): Table {
  const cells = PAGES.flatMap(({ name: page }) =>
    CONCURRENCIES.map((connections) => ({ page, connections })),
  );
  return {
    title: 'Scrapes as fast as they go',
    text: `Scrapes per second, and how long one takes in milliseconds (p50 / p99), with so many at once; medians of ${turns} turns.`,
    head: ['page, at once', ...roads.flatMap((road) => [`${road}: /s`, `${road}: ms`])],
    rows: cells.map(({ page, connections }) => [
      `${page}, ${connections}`,
      ...roads.flatMap((road) => {
        const of = (figure: Figure): string => shown(middle(runs, road, page, connections, figure));
        return [of('perSec'), `${of('p50Ms')} / ${of('p99Ms')}`];
      }),
    ]),
    chart: {
      file: 'throughput',
      title: 'Scrapes per second, 100 at once',
      unit: 'scrapes/s',
      series: roads,
      groups: PAGES.map(({ name }) => ({
        name,
        values: roads.map((road) => middle(runs, road, name, 100, 'perSec')),
      })),
    },
  };
}

function cpuTable(roads: readonly string[], runs: readonly Run[]): Table {
  const tunnels = roads.filter((road) => road !== 'direct');
  return {
    title: 'Processor time',
    text: 'Processor seconds for 1,000 scrapes in each of the two programs (proxy + agent), 10 at once.',
    head: ['page', ...tunnels],
    rows: PAGES.map(({ name }) => [
      name,
      ...tunnels.map((road) => {
        const of = (figure: Figure): string => shown(middle(runs, road, name, 10, figure));
        return `${of('proxyCpu')} + ${of('agentCpu')}`;
      }),
    ]),
  };
}

function memoryTable(
  idle: readonly { road: string; proxy: number | undefined; agent: number | undefined }[],
  runs: readonly Run[],
): Table {
  const tunnels = idle.filter(({ road }) => road !== 'direct');
  return {
    title: 'Memory',
    text: 'Resident memory in MB (proxy / agent): connected and idle, and at the end of runs with 100 at once.',
    head: ['', ...tunnels.map(({ road }) => road)],
    rows: [
      ['idle', ...tunnels.map(({ proxy, agent }) => `${shown(proxy)} / ${shown(agent)}`)],
      ...PAGES.map(({ name }) => [
        name,
        ...tunnels.map(({ road }) => {
          const of = (figure: Figure): string => shown(middle(runs, road, name, 100, figure));
          return `${of('proxyRssMb')} / ${of('agentRssMb')}`;
        }),
      ]),
    ],
  };
}
