import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { AgentProcess } from '../support/agent-process.js';
import { expositionOf } from '../support/exposition-text.js';
import { waitForPaths } from '../support/gauges.js';
import { type Behaviour, HttpTarget } from '../support/http-target.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import type { OurProgramOptions } from '../support/our-program.js';
import type { NameServer } from '../support/name-server.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape, type ScrapeOptions, type ScrapeResult } from '../support/scrape.js';
import { Stage } from '../support/stage.js';
import { answers, answersWithOwnGzip } from '../support/target-behaviours.js';
import { TcpRelay } from '../support/tcp-relay.js';

/** The deadline of each steady scrape. */
export const TIMEOUT_SECS = 2;
export const RECONNECT_PAUSE_SECS = 2;
/** An agent is back this soon after the cause is gone: its pause, and a second. */
export const RECOVERY_MS = (RECONNECT_PAUSE_SECS + 1) * 1_000;
/** Silence of 10 s, a ping that waits 5 s, and a little for the clock. */
export const HALF_OPEN_MS = 15_500;

/** What the proxy is called where names are served. */
export const PROXY_NAME = 'proxy.test';

/** Bodies that travel as text, compressed in one message, and in chunks on a call of their own. */
const BODIES = {
  small: expositionOf(400),
  whole: expositionOf(1_000_000),
  chunked: incompressible(600_000),
} as const;
/** How often each is scraped in a second; at most 8 large bodies of one agent are under way at once. */
const PER_SECOND = { small: 20, whole: 10, chunked: 3 } as const;
const NAMES = ['small', 'whole', 'chunked'] as const;

/** What is particular to a world. */
export interface WorldSettings {
  /** More paths of the target, each served under its name; a text is a URL in place of one. */
  readonly paths?: Readonly<Record<string, Behaviour | string>>;
  /** What stands under `proxy` and under `agent` in their config files. */
  readonly proxy?: Readonly<Record<string, unknown>>;
  readonly agent?: Readonly<Record<string, unknown>>;
  /** How both programs run, and the agent alone. */
  readonly run?: OurProgramOptions;
  readonly agentRun?: OurProgramOptions;
  /** Who tells the agent what names stand for; it finds the proxy by its name then. */
  readonly names?: NameServer;
}

/** Settings that need files or programs of their own: made when the world is. */
export type WorldMaker = WorldSettings | ((stage: Stage) => Promise<WorldSettings>);

/** A proxy, a link that can be made bad, an agent and its target, all real, with steady scrapes on top. */
export class World {
  /** What one row put up; cleared after the row. */
  stage = new Stage();
  loads: readonly PacedScrapes[] = [];

  private constructor(
    readonly target: HttpTarget,
    readonly proxy: ProxyProcess,
    readonly relay: TcpRelay,
    readonly agent: AgentProcess,
    readonly pathCount: number,
    private readonly nameServer: NameServer | undefined,
  ) {}

  /** Only in a world that was made with it. */
  get names(): NameServer {
    if (this.nameServer === undefined) throw new Error('nobody serves names in this world');
    return this.nameServer;
  }

  static async start(stage: Stage, maker: WorldMaker): Promise<World> {
    const settings = typeof maker === 'function' ? await maker(stage) : maker;
    const more = Object.entries(settings.paths ?? {});
    const behaviours = more.filter((entry): entry is [string, Behaviour] => typeof entry[1] !== 'string');
    const target = await HttpTarget.start(stage, {
      '/small': answers(BODIES.small),
      '/whole': answersWithOwnGzip(BODIES.whole, gzipSync(BODIES.whole)),
      '/chunked': answersWithOwnGzip(BODIES.chunked, gzipSync(BODIES.chunked)),
      ...Object.fromEntries(behaviours.map(([name, behaviour]) => [`/${name}`, behaviour])),
    });
    const proxy = await ProxyProcess.start(stage, {
      config: settings.proxy ?? {},
      ...(settings.run && { run: settings.run }),
    });
    const relay = await TcpRelay.start(stage, proxy.ports.agent);
    const urls = more.map(([name, what]) => [name, typeof what === 'string' ? what : target.url(`/${name}`)]);
    const own = NAMES.map((name) => [name, target.url(`/${name}`)]);
    const paths = [...own, ...urls].map(([path = '', url = '']) => ({ path, url }));
    const { names } = settings;
    names?.set(PROXY_NAME, '127.0.0.1');
    const run = names?.run ?? settings.agentRun ?? settings.run;
    const agent = await AgentProcess.start(stage, {
      proxyPort: relay.port,
      ...(names && { proxyHost: PROXY_NAME }),
      paths,
      config: { internal: { reconnectPauseSecs: RECONNECT_PAUSE_SECS }, ...settings.agent },
      ...(run && { run }),
    });
    await waitForPaths(proxy, paths.length);
    return new World(target, proxy, relay, agent, paths.length, names);
  }

  /** Begin to scrape all bodies at an even pace, each answer checked byte for byte. */
  startLoad(): void {
    this.loads = NAMES.map(
      (name) =>
        new PacedScrapes(this.proxy.url(name), PER_SECOND[name], {
          timeoutSecs: TIMEOUT_SECS,
          giveUpAfterMs: TIMEOUT_SECS * 1_000 + 1_000,
          headers: { 'Accept-Encoding': 'gzip' },
          isRight: (result) => plainOf(result).equals(BODIES[name]),
        }),
    );
  }

  async stopLoad(): Promise<void> {
    await Promise.all(this.loads.map((load) => load.stop()));
  }

  scrape(path: string, options: ScrapeOptions = {}): Promise<ScrapeResult> {
    return scrape(this.proxy.url(path), { timeoutSecs: TIMEOUT_SECS, ...options });
  }
}

/** Status and reason of one answer. */
export function outcomeOf({ status, headers }: ScrapeResult): string {
  return `${status} ${headers['x-proxy-reason'] ?? ''}`.trim();
}

/** An exposition that gzip makes no smaller than this many bytes. */
function incompressible(byteCount: number): Buffer {
  const lines = Array.from(
    { length: byteCount / 600 },
    (_, series) => `noise{series="${series}",value="${randomBytes(600).toString('base64')}"} 1\n`,
  );
  return Buffer.from(lines.join(''));
}

function plainOf({ body, headers }: ScrapeResult): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
