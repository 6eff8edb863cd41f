import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts, Program } from './program.ts';
import { fetchOnce } from './scraper.ts';

/** What is put between the scraper and the target. */
export interface RoadPlan {
  /** As the tables call it. */
  readonly name: string;
  /** How to start the program beside the scraper, with placeholders; empty for none. */
  readonly proxy: readonly string[];
  /** How to start the program beside the target. */
  readonly agent: readonly string[];
  /** Whether scrapers ask for the path of a page, or for the whole URL of the target as an HTTP proxy is asked. */
  readonly asks: 'path' | 'url';
}

/** What a road leads to, and over which link. */
export interface RoadSetting {
  /** For files; the caller removes it. */
  readonly folder: string;
  readonly targetPort: number;
  /** Paths of the target that are served. */
  readonly paths: readonly string[];
  /** Opens the port that the agent dials instead of the proxy's own. */
  readonly link?: (proxyPort: number) => Promise<number>;
  /** How bodies travel; as they came unless given: what `auto` does, too, at the rates of most cases. */
  readonly compression?: 'auto' | 'passthrough' | 'delta';
  /** Whether identical scrapes in flight are one; they are not unless it is asked for. */
  readonly sharesScrapes?: boolean;
}

/** A road that scrapes can take. */
export interface Road {
  readonly name: string;
  readonly port: number;
  readonly proxy?: Program;
  readonly agent?: Program;
  /** Milliseconds from the start of the program until it listens. */
  readonly listeningAfterMs?: number;
  /** Milliseconds from the start of the agent until a scrape through both has succeeded. */
  readonly servingAfterMs?: number;
  requestTarget(path: string): string;
  stop(): Promise<void>;
}

const UP_LIMIT_MS = 60_000;

/** The programs of this package, as `npm run build` left them. */
export const OURS: RoadPlan = {
  name: 'this',
  proxy: [process.execPath, program('proxy'), '--config', '{proxyConfig}'],
  agent: [process.execPath, program('agent'), '--config', '{agentConfig}'],
  asks: 'path',
};

/** No programs at all: the target is asked itself. */
export function direct(targetPort: number): Road {
  return {
    name: 'direct',
    port: targetPort,
    requestTarget: (path) => `/${path}`,
    stop: () => Promise.resolve(),
  };
}

/** Start the two programs of a plan; resolves when the first path can be scraped through them. */
export async function openRoad(plan: RoadPlan, setting: RoadSetting): Promise<Road> {
  const [httpPort = 0, ownLinkPort = 0] = await freePorts(2);
  const started: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started.toReversed()) await each.stop();
  };
  try {
    const linkPort = plan.asks === 'url' ? httpPort : ownLinkPort;
    const startedAt = performance.now();
    const proxy = await startProxy(plan, setting, httpPort, linkPort);
    started.push(proxy);
    const listeningAfterMs = performance.now() - startedAt;
    const dialled = (await setting.link?.(linkPort)) ?? linkPort;
    const agentConfig = writeAgentConfig(plan, setting, dialled);
    const agentStartedAt = performance.now();
    const agent = new Program(
      `${plan.name}: agent`,
      filled(plan.agent, { agentConfig, httpPort, linkPort: dialled }),
    );
    started.push(agent);
    const requestTarget = (path: string): string =>
      plan.asks === 'url' ? `http://127.0.0.1:${setting.targetPort}/${path}` : `/${path}`;
    const road = { name: plan.name, port: httpPort, proxy, agent, listeningAfterMs, requestTarget, stop };
    await untilUp(road, setting.paths[0] ?? '');
    return { ...road, servingAfterMs: performance.now() - agentStartedAt };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilUp(road: Road, path: string): Promise<void> {
  const givenUpAt = performance.now() + UP_LIMIT_MS;
  for (;;) {
    const answer = await fetchOnce(road.port, road.requestTarget(path)).catch((error: Error) => error);
    if (!(answer instanceof Error) && answer.status === 200) return;
    road.proxy?.assertRunning();
    road.agent?.assertRunning();
    if (performance.now() > givenUpAt) {
      const what = answer instanceof Error ? answer.message : `status ${answer.status}`;
      throw new Error(`${road.name}: no scrape has succeeded in ${UP_LIMIT_MS} ms; the last: ${what}`);
    }
    await sleep(10);
  }
}

/** Start the proxy of a plan; resolves when it listens. Whoever starts it stops it. */
export async function startProxy(
  plan: RoadPlan,
  { folder, sharesScrapes = false }: Pick<RoadSetting, 'folder' | 'sharesScrapes'>,
  httpPort: number,
  linkPort: number,
): Promise<Program> {
  const proxyConfig = join(folder, `${plan.name}-proxy.conf`);
  writeFileSync(
    proxyConfig,
    `proxy {
      http { port = ${httpPort}, bindAddress = "127.0.0.1", shareIdenticalScrapes = ${sharesScrapes} }
      agent { port = ${linkPort}, bindAddress = "127.0.0.1" }
      internal { maxZippedContentSizeMBytes = 200, maxUnzippedContentSizeMBytes = 400 }
    }\n`,
  );
  const proxy = new Program(`${plan.name}: proxy`, filled(plan.proxy, { proxyConfig, httpPort, linkPort }));
  try {
    await proxy.listening(httpPort);
    return proxy;
  } catch (error) {
    await proxy.stop();
    throw error;
  }
}

/** HOCON that this package and prometheus-proxy both read; limits are out of the way of what is measured. */
function writeAgentConfig(
  { name }: RoadPlan,
  { folder, targetPort, paths, compression = 'passthrough' }: RoadSetting,
  linkPort: number,
): string {
  const file = join(folder, `${name}-agent.conf`);
  const pathConfigs = paths.map(
    (path) => `{ name = "${path}", path = "${path}", url = "http://127.0.0.1:${targetPort}/${path}" }`,
  );
  writeFileSync(
    file,
    `agent {
      name = bench
      proxy { hostname = "127.0.0.1", port = ${linkPort} }
      http { maxConcurrentClients = 128, maxConcurrentPerTarget = 128, maxContentLengthMBytes = 400 }
      wire { compression = ${compression} }
      pathConfigs = [ ${pathConfigs.join(',\n')} ]
    }\n`,
  );
  return file;
}

function filled(command: readonly string[], values: Readonly<Record<string, string | number>>): string[] {
  return command.map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? `{${key}}`)),
  );
}

function program(name: string): string {
  return fileURLToPath(new URL(`../bin/${name}.js`, import.meta.url));
}
