import type { ScrapeRequestMessage } from '@app/protocol';
import { ProxyUnderTest } from '../../apps/proxy/src/testing/proxy-under-test.js';
import { WireAgent } from '../../apps/proxy/src/testing/wire-agent.js';
import type { Stage } from './stage.js';

interface ScenePath {
  readonly path: string;
  readonly target: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Status and words with which it fails; it answers well without them. */
  readonly failure?: { readonly status: number; readonly words: string };
  readonly bytes?: number;
  readonly delayMs?: number;
}

interface SceneAgent {
  readonly name: string;
  readonly host: string;
  readonly isConsolidated?: boolean;
  readonly paths: readonly ScenePath[];
}

const REFUSED = { status: 503, words: 'connection refused by 10.4.0.17:9187' };

/** A small fleet as one might see it: most of it well. */
const FLEET: readonly SceneAgent[] = [
  {
    name: 'berlin-1',
    host: 'gw-berlin-1',
    paths: [
      {
        path: 'berlin/node',
        target: 'http://10.4.0.11:9100/metrics',
        labels: { site: 'berlin', job: 'node' },
        bytes: 61_000,
        delayMs: 12,
      },
      {
        path: 'berlin/postgres',
        target: 'http://***@10.4.0.17:9187/metrics',
        labels: { site: 'berlin', job: 'postgres' },
        failure: REFUSED,
      },
      {
        path: 'berlin/nginx',
        target: 'http://10.4.0.12:9113/metrics',
        labels: { site: 'berlin', job: 'nginx' },
        bytes: 7_400,
        delayMs: 4,
      },
      {
        path: 'berlin/snmp',
        target: 'http://10.4.0.19:9116/snmp?target=***',
        labels: { site: 'berlin', job: 'snmp' },
        failure: { status: 408, words: 'the target did not answer within 9.5s' },
        delayMs: 90,
      },
    ],
  },
  {
    name: 'lisbon-1',
    host: 'gw-lisbon-1',
    isConsolidated: true,
    paths: [
      {
        path: 'lisbon/gateway',
        target: 'http://localhost:9090/metrics',
        labels: { site: 'lisbon' },
        bytes: 21_300,
        delayMs: 8,
      },
    ],
  },
  {
    name: 'lisbon-2',
    host: 'gw-lisbon-2',
    isConsolidated: true,
    paths: [
      {
        path: 'lisbon/gateway',
        target: 'http://localhost:9090/metrics',
        labels: { site: 'lisbon' },
        bytes: 21_300,
        delayMs: 8,
      },
    ],
  },
  {
    name: 'plant-7',
    host: 'plc-gateway',
    paths: [
      {
        path: 'plant-7/line-a',
        target: 'http://192.168.7.20:8000/metrics',
        labels: { site: 'plant-7', line: 'a' },
        bytes: 3_100,
        delayMs: 22,
      },
      {
        path: 'plant-7/line-b',
        target: 'http://192.168.7.21:8000/metrics',
        labels: { site: 'plant-7', line: 'b' },
        bytes: 3_050,
        delayMs: 18,
      },
    ],
  },
];

/** A proxy with its dashboard, some agents, and scrapes that went well and badly. */
export class DashboardScene {
  readonly agents = new Map<string, WireAgent>();

  private constructor(
    readonly proxy: ProxyUnderTest,
    private readonly stage: Stage,
  ) {}

  /** Only the proxy. */
  static async empty(stage: Stage): Promise<DashboardScene> {
    const proxy = await ProxyUnderTest.start(stage, {
      dashboard: { enabled: true, port: 0, refreshIntervalSecs: 1 },
    });
    return new DashboardScene(proxy, stage);
  }

  /** The fleet, some rounds of scrapes, an agent that left and one that wants what another has. */
  static async fleet(stage: Stage): Promise<DashboardScene> {
    const scene = await DashboardScene.empty(stage);
    for (const agent of FLEET) await scene.join(agent);
    await scene.join({ name: 'oslo-1', host: 'gw-oslo-1', paths: [{ path: 'oslo/node', target: '' }] });
    await scene.join({
      name: 'plant-7-new',
      host: 'plc-gateway-2',
      paths: [{ path: 'plant-7/line-a', target: '' }],
    });
    for (let round = 0; round < 20; round += 1) await scene.scrapeAll();
    scene.agents.get('oslo-1')?.vanish();
    return scene;
  }

  get url(): string {
    return `http://127.0.0.1:${this.proxy.dashboardPort}/dashboard`;
  }

  /** Connect an agent that answers as its paths say. */
  async join({ name, host, isConsolidated, paths }: SceneAgent): Promise<WireAgent> {
    const agent = await WireAgent.serving(this.stage, this.proxy.agentPort, [], {
      agentName: name,
      hostName: host,
      consolidated: isConsolidated,
    });
    for (const { path, target, labels } of paths) {
      await agent.registerPath(path, { targetUrl: target, labels: JSON.stringify(labels ?? {}) });
    }
    const byPath = new Map(paths.map((path) => [path.path, path]));
    agent.onScrape = (request) => answer(agent, request, byPath.get(request.path));
    this.agents.set(name, agent);
    return agent;
  }

  async scrapeAll(): Promise<void> {
    const paths = new Set(FLEET.flatMap((agent) => agent.paths.map(({ path }) => path)));
    await Promise.all([...paths].map((path) => this.proxy.scrape(path)));
  }
}

function answer(agent: WireAgent, request: ScrapeRequestMessage, path: ScenePath | undefined): void {
  const { delayMs = 2, bytes = 100, failure } = path ?? {};
  const response =
    failure === undefined
      ? { contentAsText: '#'.repeat(bytes) }
      : { validResponse: false, statusCode: failure.status, failureReason: failure.words };
  setTimeout(() => agent.answer(request.scrapeId, response), delayMs * (0.6 + Math.random() * 0.8));
}
