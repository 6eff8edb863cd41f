import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { expectAgentAtRest, expectProxyAtRest, waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf } from '../support/load-report.js';
import { readMetrics } from '../support/metrics-page.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

const PROBE_SECS = 1;
/** A round of both proxies, the pause after it, and a loaded machine. */
const FAILOVER_MS = 8_000;

describe('an agent with two proxies', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let target: HttpTarget;

  beforeAll(async () => {
    target = await HttpTarget.start(suite, {
      '/metrics': answersAfter(5, 'up 1\n'),
      '/slow': answersAfter(2_000, 'slow 1\n'),
    });
  });

  const startAgent = (
    proxies: readonly ProxyProcess[],
    config: Record<string, unknown> = {},
    host = '127.0.0.1',
  ): Promise<AgentProcess> =>
    AgentProcess.start(stage, {
      proxyPort: proxies[0]?.ports.agent ?? 0,
      paths: [
        { path: 'app', url: target.url('/metrics') },
        { path: 'slow', url: target.url('/slow') },
      ],
      config: {
        proxy: { endpoints: proxies.map(({ ports }) => `${host}:${ports.agent}`) },
        internal: { reconnectPauseSecs: 1, failbackProbeSecs: PROBE_SECS },
        ...config,
      },
    });

  const statusOf = async (proxy: ProxyProcess, path = 'app'): Promise<number> => {
    const answer = await scrape(proxy.url(path), { timeoutSecs: 5 }).catch(() => undefined);
    return answer?.status ?? 0;
  };

  /** Ask the second proxy, and the first where that fails, until told to stop; how often neither had the path. */
  const scrapeEitherUntil = async (
    [first, second]: readonly [ProxyProcess, ProxyProcess],
    isOver: () => boolean,
  ): Promise<{ total: number; failed: number }> => {
    const seen = { total: 0, failed: 0 };
    while (!isOver()) {
      const isServed = (await statusOf(second)) === 200 || (await statusOf(first)) === 200;
      seen.total += 1;
      seen.failed += isServed ? 0 : 1;
    }
    return seen;
  };

  it('serves the second when the first dies, and moves back without a gap when that is there again', async () => {
    const [first, second] = [await ProxyProcess.start(stage), await ProxyProcess.start(stage)];
    const agent = await startAgent([first, second]);
    await waitForPaths(first, 2);
    const beforehand = [await statusOf(first), await statusOf(second)];

    await first.program.kill();
    await waitForPaths(second, 2, FAILOVER_MS);
    const afterwards = [await statusOf(first), await statusOf(second)];

    let isBack = false;
    const slow = scrape(second.url('slow'), { timeoutSecs: 5 });
    const scrapes = scrapeEitherUntil([first, second], () => isBack);
    await first.startAgain();
    await waitForPaths(first, 2, FAILOVER_MS);
    await expectProxyAtRest(second, { agents: 0, paths: 0 }, FAILOVER_MS);
    isBack = true;

    expect([beforehand, afterwards]).toEqual([
      [200, 404],
      [0, 200],
    ]);
    expect(await slow).toMatchObject({ status: 200 });
    const { total, failed } = await scrapes;
    expect({ isBusy: total > 10, failed }).toEqual({ isBusy: true, failed: 0 });
    await expectProxyAtRest(first, { agents: 1, paths: 2 });
    await expectAgentAtRest(agent);
    expect(agent.program.output).toMatch(/a preferred proxy serves again/);
  });

  it('stays where it is while the first is still gone, and leaves both in order', async () => {
    const [first, second] = [await ProxyProcess.start(stage), await ProxyProcess.start(stage)];
    await first.stop();
    const agent = await startAgent([first, second]);
    await waitForPaths(second, 2, FAILOVER_MS);

    const load = new PacedScrapes(second.url('app'), 10, { timeoutSecs: 5 });
    await sleep(4 * PROBE_SECS * 1_000);

    expect(outcomesOf(await load.stop())).toEqual(['200']);
    const page = await readMetrics(agent.metricsPort);
    expect(page.sum('agent_connect_count_total', { type: 'success' })).toBe(1);
    await agent.stop();
  });

  it('moves at most once a minute', async () => {
    const [first, second] = [await ProxyProcess.start(stage), await ProxyProcess.start(stage)];
    await first.stop();
    await startAgent([first, second]);
    await waitForPaths(second, 2, FAILOVER_MS);
    await first.startAgain();
    await waitForPaths(first, 2, FAILOVER_MS);
    await waitForPaths(second, 0, FAILOVER_MS);

    await first.program.kill();
    await waitForPaths(second, 2, FAILOVER_MS);
    await first.startAgain();
    await sleep(4 * PROBE_SECS * 1_000);

    expect([await statusOf(first), await statusOf(second)]).toEqual([404, 200]);
  });

  it('finds a proxy that listens on only one of the addresses that its name has', async () => {
    const addresses = await lookup('localhost', { all: true });
    const proxies: ProxyProcess[] = [];
    for (const { address } of addresses) {
      proxies.push(await ProxyProcess.start(stage, { config: { agent: { bindAddress: address } } }));
    }

    for (const proxy of proxies) {
      const agent = await startAgent([proxy], {}, 'localhost');
      await waitForPaths(proxy, 2);
      expect(agent.program.output).not.toMatch(/no connection to proxy/);
      await agent.stop();
    }
  });
});
