import { median, shown } from '../figures.ts';
import { pageNamed } from '../pages.ts';
import type { CaseReport } from '../report.ts';
import type { Scene } from '../scene.ts';

const PAGE = pageNamed('5kb');

interface Start {
  readonly road: string;
  readonly listeningAfterMs: number;
  readonly servingAfterMs: number;
}

/** How long the programs take to start, one after the other; each start is of new processes. */
export async function startUp(scene: Scene): Promise<CaseReport> {
  const target = await scene.target([PAGE]);
  const starts: Start[] = [];
  for (let round = 0; round < scene.settings.effort.rounds; round += 1) {
    for (const plan of scene.plans) {
      const road = await scene.road(plan, { targetPort: target.port, paths: [PAGE.name] });
      const { listeningAfterMs = NaN, servingAfterMs = NaN } = road;
      starts.push({ road: road.name, listeningAfterMs, servingAfterMs });
      await road.stop();
    }
  }
  const names = scene.plans.map(({ name }) => name);
  const cell = (road: string, figure: 'listeningAfterMs' | 'servingAfterMs'): string =>
    shown(median(starts.filter((start) => start.road === road).map((start) => start[figure])));
  return {
    name: 'start-up',
    tables: [
      {
        title: 'Start',
        text: 'Milliseconds from the start of the process.',
        head: ['', ...names],
        rows: [
          ['the proxy listens', ...names.map((name) => cell(name, 'listeningAfterMs'))],
          [
            'the agent, started then, has answered a scrape',
            ...names.map((name) => cell(name, 'servingAfterMs')),
          ],
        ],
      },
    ],
    figures: { starts },
  };
}
