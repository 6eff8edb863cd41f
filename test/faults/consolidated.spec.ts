import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf, waitForSteadySuccess } from '../support/load-report.js';
import { readMetrics } from '../support/metrics-page.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

const AGENTS = ['first', 'second', 'third'];
const PER_SECOND = 100;

describe('agents that share a path, under a steady load', () => {
  const stage = stagePerTest();

  const startShared = async (): Promise<{
    agents: AgentProcess[];
    load: PacedScrapes;
    proxy: ProxyProcess;
  }> => {
    const target = await HttpTarget.start(stage, { '/metrics': answersAfter(20, 'series 1\n') });
    const proxy = await ProxyProcess.start(stage);
    const agents: AgentProcess[] = [];
    for (const name of AGENTS) {
      const paths = [{ path: 'shared', url: target.url('/metrics') }];
      const config = { consolidated: true };
      agents.push(await AgentProcess.start(stage, { proxyPort: proxy.ports.agent, name, paths, config }));
    }
    await waitForPaths(proxy, 1);
    await waitForAgents(proxy, AGENTS.length);
    const load = new PacedScrapes(proxy.url('shared'), PER_SECOND, { timeoutSecs: 5, giveUpAfterMs: 6_000 });
    stage.atEnd(async () => void (await load.stop()));
    await waitForSteadySuccess(load);
    return { agents, load, proxy };
  };

  it('lose no scrape when one of them is killed', async () => {
    const { agents, load, proxy } = await startShared();

    await agents[0]!.program.kill();
    await waitForAgents(proxy, AGENTS.length - 1);
    await waitForSteadySuccess(load);

    expect(outcomesOf(await load.stop()).filter((outcome) => outcome !== '200')).toEqual([]);
  });

  it('lose no scrape when they are restarted one after the other', async ({ annotate }) => {
    const { agents, load, proxy } = await startShared();

    for (const agent of agents) {
      await agent.stop();
      await agent.startAgain();
      await waitForAgents(proxy, AGENTS.length);
    }
    await waitForSteadySuccess(load);

    const scrapes = await load.stop();
    const worstMs = Math.round(Math.max(...scrapes.map(({ durationMs }) => durationMs)));
    const secs = (scrapes.at(-1)!.sentAt - scrapes[0]!.sentAt) / 1_000;
    await annotate(`${scrapes.length} scrapes in ${secs.toFixed(1)} s, the slowest ${worstMs} ms`);
    expect(outcomesOf(scrapes).filter((outcome) => outcome !== '200')).toEqual([]);
  });
});

/** Wait until this many agents have registered. */
async function waitForAgents(proxy: ProxyProcess, count: number): Promise<void> {
  const agents = async (): Promise<number | undefined> =>
    (await readMetrics(proxy.ports.metrics)).sum('proxy_agent_map_size');
  await expect.poll(agents, { timeout: 10_000, interval: 50 }).toBe(count);
}
