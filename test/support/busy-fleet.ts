import { AgentProcess } from './agent-process.js';
import { waitForPaths } from './gauges.js';
import { HttpTarget } from './http-target.js';
import { ProxyProcess } from './proxy-process.js';
import type { Stage } from './stage.js';
import { answers, answersAfter, hangs } from './target-behaviours.js';

const LARGE = Buffer.from(
  Array.from({ length: 40_000 }, (_one, at) => `large{n="${at}"} ${at * 7919}\n`).join(''),
);
const OWN_METRICS = '{"job":"prometheus-agent"}';

/** A proxy with http_sd and agents of every kind, some of whose targets are ill. */
export interface BusyFleet {
  readonly proxy: ProxyProcess;
  readonly paths: number;
}

/** Start it: a plain agent with a filter, two consolidated ones that share a path, and each agent's own metrics as a path. */
export async function startBusyFleet(stage: Stage): Promise<BusyFleet> {
  const target = await HttpTarget.start(stage, {
    '/metrics': answers('up_to_now 1\nnoise 1\n'),
    '/large': answers(LARGE),
    '/slow': answersAfter(200, 'slow 1\n'),
    '/ill': answers('', { status: 500 }),
    '/hung': hangs(),
  });
  const discovery = { enabled: true, startupHoldSecs: 0 };
  const legacy = { metrics: { legacyNames: true } };
  const proxy = await ProxyProcess.start(stage, { config: { service: { discovery }, ...legacy } });
  const path = (name: string, page = name) => ({ path: name, url: target.url(`/${page}`) });
  const agents = [
    {
      name: 'plain',
      paths: ['metrics', 'large', 'slow', 'ill', 'hung'].map((page) => path(page)),
      config: {},
    },
    { name: 'shared-1', paths: [path('shared', 'metrics')], config: { consolidated: true } },
    { name: 'shared-2', paths: [path('shared', 'metrics')], config: { consolidated: true } },
  ];
  for (const { name, paths, config } of agents) {
    await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      name,
      paths: (port) => [
        ...paths,
        { path: `${name}/agent`, url: `http://127.0.0.1:${port}/metrics`, labels: OWN_METRICS },
      ],
      args: ['-Dagent.metrics.legacyNames=true'],
      config: { ...config, filters: [{ path: 'metrics', metricNameAllow: [], metricNameDeny: ['noise'] }] },
    });
  }
  await waitForPaths(proxy, 9);
  return { proxy, paths: 9 };
}
