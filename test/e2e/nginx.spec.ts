import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { expectAgentAtRest, waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { waitForSteadySuccess } from '../support/load-report.js';
import { readMetrics } from '../support/metrics-page.js';
import { findNginx, NginxProcess } from '../support/nginx-process.js';
import { blocksFor } from '../support/page-checks.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answers, answersAfter } from '../support/target-behaviours.js';

/** What docs/link.md gives the server, but for where it listens and whom it passes to. */
const SHOWN = blocksFor('nginx').flatMap(({ text }) =>
  [...text.matchAll(/^ {2}((?!listen|location)\w+ +\S+;)$/gm)].map(([, directive = '']) => directive),
);
const UNLIMITED = 'client_max_body_size 0;';
const title = 'an agent behind nginx';
const isMissing = findNginx() === undefined;

describe.skipIf(isMissing)(isMissing ? `${title}, not installed` : title, () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  const medium = randomBytes(400_000);
  const large = randomBytes(3_000_000);
  let target: HttpTarget;

  beforeAll(async () => {
    target = await HttpTarget.start(suite, {
      '/small': answersAfter(0, 'up 1\n'),
      '/medium': answers(medium),
      '/large': answers(large),
    });
  });

  const start = async (
    directives: readonly string[],
    agentConfig: Record<string, unknown> = {},
  ): Promise<{ proxy: ProxyProcess; nginx: NginxProcess; agent: AgentProcess }> => {
    const proxy = await ProxyProcess.start(stage, { config: { transportFilterDisabled: true } });
    const nginx = await NginxProcess.start(stage, proxy.ports.agent, directives);
    const agent = await AgentProcess.start(stage, {
      proxyPort: nginx.port,
      paths: ['small', 'medium', 'large'].map((path) => ({ path, url: target.url(`/${path}`) })),
      config: { transportFilterDisabled: true, internal: { reconnectPauseSecs: 1 }, ...agentConfig },
    });
    await waitForPaths(proxy, 3);
    return { proxy, nginx, agent };
  };

  const connectsOf = async (agent: AgentProcess): Promise<number | undefined> =>
    (await readMetrics(agent.metricsPort)).sum('agent_connect_count_total', { type: 'success' });

  it('serves bodies that do not compress over one session, as docs/link.md sets it up', async () => {
    expect(SHOWN).toHaveLength(4);
    const { proxy, agent } = await start(SHOWN);

    for (let round = 0; round < 5; round += 1) {
      const [a, b, c] = await Promise.all(
        ['small', 'medium', 'large'].map((path) => scrape(proxy.url(path))),
      );
      expect([a?.status, b?.status, c?.status]).toEqual([200, 200, 200]);
      expect(b?.body.equals(medium) && c?.body.equals(large)).toBe(true);
    }

    expect(await connectsOf(agent)).toBe(1);
    await expectAgentAtRest(agent);
  });

  it('reconnects by itself each time that idle streams are cut, before anybody misses it for long', async () => {
    const idle = ['grpc_read_timeout 2s;', 'grpc_send_timeout 2s;', 'client_body_timeout 2s;'];
    const { proxy, agent } = await start([UNLIMITED, ...idle]);

    await expect.poll(() => connectsOf(agent), { timeout: 15_000 }).toBeGreaterThan(2);
    const load = new PacedScrapes(proxy.url('small'), 5, { timeoutSecs: 2 });
    await sleep(8_000);
    const scrapes = await load.stop();

    const failed = scrapes.filter(({ status }) => status !== 200);
    expect(failed.filter(({ reason }) => !/^agent_(disconnected|gone)$/.test(reason))).toEqual([]);
    expect(failed.length).toBeLessThan(scrapes.length * 0.25);
    expect(agent.program.output).toMatch(/because it was idle; nginx: client_body_timeout/);
    await expectAgentAtRest(agent);
  });

  it('says what limits it where nginx counts what a stream carries, and goes on serving', async () => {
    // As a difference to itself a body that is always the same would hardly count.
    const { proxy, agent } = await start([], { wire: { compression: 'passthrough' } });

    const tooLarge = await scrape(proxy.url('large'), { timeoutSecs: 5 });
    for (let round = 0; round < 6; round += 1) {
      await scrape(proxy.url('medium'), { timeoutSecs: 5 });
    }
    await expect.poll(() => connectsOf(agent), { timeout: 10_000 }).toBeGreaterThan(1);
    await expect.poll(async () => (await scrape(proxy.url('medium'))).status, { timeout: 10_000 }).toBe(200);

    expect(tooLarge).toMatchObject({ status: 502 });
    expect(agent.program.output).toMatch(/the stream of a large body broke/);
    expect(agent.program.output).toMatch(
      /Received HTTP status code 413 \(.* nginx: client_max_body_size 0\)/,
    );
  });

  it('is back after nginx was killed and started again', async () => {
    const { proxy, nginx, agent } = await start([UNLIMITED]);
    const load = new PacedScrapes(proxy.url('small'), 10, { timeoutSecs: 2 });
    stage.atEnd(async () => void (await load.stop()));
    await waitForSteadySuccess(load);

    await nginx.restart();
    await expect.poll(() => connectsOf(agent), { timeout: 10_000 }).toBe(2);

    await waitForSteadySuccess(load);
    await load.stop();
    await expectAgentAtRest(agent);
  });

  it('keeps its session when nginx ends a connection after so many calls', async () => {
    const { proxy, agent } = await start([UNLIMITED, 'keepalive_requests 15;']);

    const statuses: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      statuses.push(
        (await scrape(proxy.url(round % 2 === 0 ? 'large' : 'small'), { timeoutSecs: 5 })).status,
      );
    }

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await connectsOf(agent)).toBe(1);
    await expectAgentAtRest(agent);
  });

  it('is led to its proxy by the name it asks for', async () => {
    const others = "if ($host != 'proxy.example') { return 404; }";
    const { proxy, agent } = await start([UNLIMITED, others], {
      tls: { overrideAuthority: 'proxy.example' },
    });

    expect(await scrape(proxy.url('small'))).toMatchObject({ status: 200 });
    expect(agent.program.output).not.toMatch(/"warn"/);
  });
});
