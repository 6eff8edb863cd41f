import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('identical scrapes in flight', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite, { http: { shareIdenticalScrapes: true } });
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();
  const silentAgent = (): Promise<WireAgent> =>
    WireAgent.serving(stage, proxy.agentPort, ['app'], { capabilities: ['scrape-cancel'] });
  const joined = (count: number): Promise<void> =>
    expect.poll(() => proxy.metric('proxy_scrapes_joined')).toBe(count);

  it('are one question to the agent, answered to both', async () => {
    const agent = await silentAgent();
    const before = (await proxy.metric('proxy_scrapes_shared_total')) ?? 0;
    const scrapes = [proxy.scrape('app'), proxy.scrape('app', { headers: { 'accept-encoding': 'gzip' } })];
    await joined(1);

    agent.answer(agent.requests[0]!.scrapeId, { contentAsText: 'up 1\n' });

    expect((await Promise.all(scrapes)).map(({ body }) => body.toString())).toEqual(['up 1\n', 'up 1\n']);
    expect(agent.requests.length).toBe(1);
    expect(await proxy.metric('proxy_scrapes_shared_total')).toBe(before + 1);
  });

  it('go on when one scraper hangs up, and are cancelled when all have', async () => {
    const agent = await silentAgent();
    const hangUp = [new AbortController(), new AbortController()];
    const scrapes = hangUp.map(({ signal }) => proxy.scrape('app', { signal }).catch(() => 'hung up'));
    await joined(1);

    hangUp[0]?.abort();
    await expect.poll(() => proxy.metric('proxy_scrapes_abandoned_total')).toBe(1);
    expect(agent.requests.map(({ cancelled }) => cancelled)).toEqual([false]);
    hangUp[1]?.abort();

    await expect.poll(() => agent.requests.map(({ cancelled }) => cancelled)).toEqual([false, true]);
    expect(await Promise.all(scrapes)).toEqual(['hung up', 'hung up']);
  });

  it('fail together when their agent leaves', async () => {
    const agent = await silentAgent();
    const scrapes = [proxy.scrape('app'), proxy.scrape('app')];
    await joined(1);

    agent.vanish();

    expect((await Promise.all(scrapes)).map(outcomeOf)).toEqual(
      Array.from({ length: 2 }, () => '502 agent_disconnected'),
    );
  });
});
