import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathConfig, startTestAgent, type TestAgent } from '../../apps/agent/src/testing/test-agent.js';
import { ProxyUnderTest } from '../../apps/proxy/src/testing/proxy-under-test.js';
import { applyEdits, edits, exposition } from '../../libs/delta/src/testing/edits.js';
import { HttpTarget } from '../support/http-target.js';
import type { ScrapeOptions } from '../support/scrape.js';
import { Stage } from '../support/stage.js';
import { TcpRelay } from '../support/tcp-relay.js';

const PATHS = ['a', 'b', 'c'] as const;
type Path = (typeof PATHS)[number];

const path = fc.constantFrom(...PATHS);
/** Two scrapers that share bases, and one that asks for another format. */
const scrapers = fc.subarray([0, 1, 2] as const, { minLength: 1 });
const sizes = fc.oneof(
  { weight: 6, arbitrary: fc.nat(100_000) },
  { weight: 2, arbitrary: fc.integer({ min: 100_000, max: 1_200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1_200_000, max: 5 * 1024 * 1024 }) },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('edit' as const), path, changes: edits }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('scrape' as const), path, scrapers }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resize' as const), path, byteCount: sizes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const SCRAPERS: readonly ScrapeOptions[] = [
  { headers: { 'accept-encoding': 'gzip', accept: 'text/plain' } },
  { headers: { accept: 'text/plain' } },
  { headers: { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' } },
];

/** What every life begins with: one body that changes bit by bit, each time a difference. */
const SMALL_CHANGES = [0, 1, 2, 3, 4].flatMap((at): Step[] => [
  { do: 'edit', path: 'a', changes: [{ at: at / 5, removed: 3, added: `change ${at}` }] },
  { do: 'scrape', path: 'a', scrapers: [0] },
]);

/** Memory for two or three of the six bodies at first, so that both sides evict. */
const FIRST_BYTES = 400_000;
const SMALL_MEMORY = { limits: { deltaMemoryMBytes: 1 } };

/** A target whose pages change, a proxy, a link that can be cut, and an agent that can be restarted. */
class World {
  readonly #stage = new Stage();
  readonly #pages = new Map<Path, Buffer>(PATHS.map((name, at) => [name, exposition(FIRST_BYTES, at)]));
  #target!: HttpTarget;
  #proxy!: ProxyUnderTest;
  #relay!: TcpRelay;
  #agent!: TestAgent;

  static async open(): Promise<World> {
    const world = new World();
    const show = (name: Path) => (request: IncomingMessage, response: ServerResponse) =>
      world.#show(name, request, response);
    world.#target = await HttpTarget.start(
      world.#stage,
      Object.fromEntries(PATHS.map((name) => [`/${name}`, show(name)])),
    );
    world.#proxy = await ProxyUnderTest.start(world.#stage, SMALL_MEMORY);
    world.#relay = await TcpRelay.start(world.#stage, world.#proxy.agentPort);
    await world.#startAgent();
    world.#stage.atEnd(() => world.#agent.close());
    return world;
  }

  /** Do one step; whatever is scraped must be what the target shows. */
  async do(one: Step): Promise<void> {
    switch (one.do) {
      case 'edit':
        this.#pages.set(one.path, applyEdits(this.#page(one.path), one.changes));
        return;
      case 'resize':
        this.#pages.set(one.path, exposition(one.byteCount, one.byteCount));
        return;
      case 'scrape':
        await Promise.all(one.scrapers.map((scraper) => this.#scrape(one.path, SCRAPERS[scraper] ?? {})));
        return;
      case 'restart':
        await this.#agent.close();
        await this.#startAgent();
        return;
      case 'cut':
        await this.#cut();
    }
  }

  metric(name: string, labels = {}): Promise<number | undefined> {
    return this.#proxy.metric(name, labels);
  }

  close(): Promise<void> {
    return this.#stage.clear();
  }

  #page(name: Path): Buffer {
    return this.#pages.get(name) ?? Buffer.alloc(0);
  }

  #show(name: Path, { headers }: IncomingMessage, response: ServerResponse): void {
    const format = headers.accept ?? '';
    const body = Buffer.concat([Buffer.from(`# ${format}\n`), this.#page(name)]);
    response.setHeader('content-type', format);
    if (headers['accept-encoding'] === 'gzip') {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(body, { level: 1 }));
    } else {
      response.end(body);
    }
  }

  async #scrape(name: Path, options: ScrapeOptions): Promise<void> {
    const result = await this.#proxy.scrape(name, options);
    const body = result.headers['content-encoding'] === 'gzip' ? gunzipSync(result.body) : result.body;
    const format = options.headers?.['accept'] ?? '';
    const shown = Buffer.concat([Buffer.from(`# ${format}\n`), this.#page(name)]);
    expect([result.status, result.headers['content-type'], body.equals(shown)]).toEqual([200, format, true]);
  }

  async #startAgent(): Promise<void> {
    this.#agent = await startTestAgent(this.#relay, {
      ...SMALL_MEMORY,
      wire: { compression: 'delta' },
      pathConfigs: PATHS.map((name) => pathConfig(name, this.#target.url(`/${name}`))),
    });
    await this.#served();
  }

  async #cut(): Promise<void> {
    const { connectionCount } = this.#relay;
    this.#relay.cut();
    this.#relay.heal();
    await expect
      .poll(() => this.#relay.connectionCount, { timeout: 10_000 })
      .toBeGreaterThan(connectionCount);
    await this.#served();
  }

  async #served(): Promise<void> {
    const statuses = async (): Promise<number[]> =>
      (await Promise.all(PATHS.map((name) => this.#proxy.scrape(name, { method: 'HEAD' })))).map(
        ({ status }) => status,
      );
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(PATHS.map(() => 200));
    await expect.poll(() => this.#agent.isConnected, { timeout: 10_000 }).toBe(true);
  }
}

it(
  'a body is always the one of the target, whatever is edited, restarted, evicted and cut',
  { timeout: 180_000 },
  async () => {
    let differences = 0;
    let evictions = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 40 }), async (steps) => {
        const world = await World.open();
        try {
          for (const one of [...SMALL_CHANGES, ...steps]) {
            await world.do(one);
          }
          expect(await world.metric('proxy_delta_mismatches_total')).toBe(0);
          differences += (await world.metric('proxy_delta_bodies_total', { base: 'hit' })) ?? 0;
          evictions += (await world.metric('proxy_delta_evictions_total')) ?? 0;
        } finally {
          await world.close();
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );

    expect(differences).toBeGreaterThan(20);
    expect(evictions).toBeGreaterThan(0);
  },
);
