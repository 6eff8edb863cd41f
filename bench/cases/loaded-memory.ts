import { median, shown } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import type { Scene } from '../scene.ts';
import { runLoad } from '../wrk.ts';

const PAGE = pageNamed('200kb');
const CONNECTIONS = 100;
/** As long as any page is warmed up for, and a round. */
const SECS = 10;

interface Loaded {
  readonly road: string;
  readonly scrapes: number;
  readonly proxyMb: number | undefined;
  readonly agentMb: number | undefined;
}

/** What programs hold that have served this load and nothing before it; each round is of new processes. */
export async function loadedMemory(scene: Scene): Promise<CaseReport> {
  const target = await scene.target([PAGE]);
  const rounds: Loaded[] = [];
  for (let round = 0; round < scene.settings.effort.rounds; round += 1) {
    for (const plan of scene.plans) {
      const road = await scene.road(plan, { targetPort: target.port, paths: [PAGE.name] });
      const { requests: scrapes } = await runLoad({
        port: road.port,
        requestTarget: road.requestTarget(PAGE.name),
        bodyFile: scene.bodyFile(PAGE),
        connections: CONNECTIONS,
        secs: SECS,
      });
      rounds.push({ road: road.name, scrapes, proxyMb: road.proxy?.rssMb, agentMb: road.agent?.rssMb });
      await road.stop();
    }
  }
  const names = scene.plans.map(({ name }) => name);
  const cell = (road: string, figure: 'proxyMb' | 'agentMb'): string =>
    shown(median(rounds.filter((one) => one.road === road).map((one) => one[figure] ?? NaN)));
  return {
    name: 'loaded-memory',
    tables: [
      {
        title: 'Memory of new programs',
        text: `Resident memory in MB (proxy / agent) of programs that have served the page of 200 KB to ${CONNECTIONS} at once for ${SECS} s, and nothing before. In the table of all pages it is what the largest of them left behind.`,
        head: ['', ...names],
        rows: [[PAGE.name, ...names.map((name) => `${cell(name, 'proxyMb')} / ${cell(name, 'agentMb')}`)]],
      },
    ],
    figures: { rounds },
  };
}
