import { describe, expect, it } from 'vitest';
import { expectFailure } from '../support/failed-scrape.js';
import { Gate } from '../support/gate.js';
import { expectProxyAtRest } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { startPair } from '../support/pair.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { RawAgent } from '../support/raw-agent.js';
import { answerText } from '../support/raw-answers.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answers, hangs } from '../support/target-behaviours.js';
import { TcpRelay } from '../support/tcp-relay.js';

describe('many scrapes at once', () => {
  const stage = stagePerTest();

  it('do not wait for a target that hangs', async () => {
    const target = await HttpTarget.start(stage, { '/hung': hangs(), '/fast': answers('fast 1\n') });
    const paths = ['hung', 'fast'].map((path) => ({ path, url: target.url(`/${path}`) }));
    const pair = await startPair(stage, { paths });
    const hung = Array.from({ length: 40 }, () => scrape(pair.proxy.url('hung'), { timeoutSecs: 3 }));
    await expect.poll(() => target.requestsFor('/hung').length, { timeout: 2_000 }).toBe(2);

    const fast = await Promise.all(Array.from({ length: 40 }, () => scrape(pair.proxy.url('fast'))));

    expect(fast.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(Math.max(...fast.map(({ durationMs }) => durationMs))).toBeLessThan(1_000);
    for (const result of await Promise.all(hung)) {
      expectFailure(result, { status: 504, reason: 'upstream_timed_out', phrase: /\w/, withinMs: 3_000 });
    }
    await pair.expectAtRest();
  });

  it('are all served when they come in one burst', async () => {
    const target = await HttpTarget.start(stage, { '/quick': answers('quick 1\n') });
    const pair = await startPair(stage, { paths: [{ path: 'quick', url: target.url('/quick') }] });

    const burst = await Promise.all(
      Array.from({ length: 300 }, () => scrape(pair.proxy.url('quick'), { timeoutSecs: 10 })),
    );

    expect(new Set(burst.map(({ status }) => status))).toEqual(new Set([200]));
    await pair.expectAtRest();
  });

  it('reach one target two at a time, and each is answered', async () => {
    const gate = new Gate('held 1\n');
    const target = await HttpTarget.start(stage, { '/held': gate.behaviour });
    const pair = await startPair(stage, { paths: [{ path: 'held', url: target.url('/held') }] });
    const results = Array.from({ length: 6 }, () => scrape(pair.proxy.url('held'), { timeoutSecs: 10 }));
    await expect.poll(() => gate.held, { timeout: 2_000 }).toBe(2);

    const other = scrape(pair.proxy.url('held?module=other'), { timeoutSecs: 10 });
    await expect.poll(() => gate.held, { timeout: 2_000 }).toBe(3);
    gate.open();

    expect((await Promise.all([...results, other])).map(({ status }) => status)).toEqual(Array(7).fill(200));
    expect(gate.mostHeld).toBe(3);
    await pair.expectAtRest();
  });

  it('beyond what the proxy holds in flight fail at once', async () => {
    const proxy = await ProxyProcess.start(stage, { config: { limits: { maxScrapesInFlight: 20 } } });
    const agent = await RawAgent.connect(stage, { proxyPort: proxy.ports.agent, paths: ['silent'] });
    const held = Array.from({ length: 20 }, () => scrape(proxy.url('silent'), { timeoutSecs: 3 }));
    await expect.poll(() => agent.requests.length, { timeout: 2_000 }).toBe(20);

    const refused = await scrape(proxy.url('silent'), { timeoutSecs: 3 });
    agent.requests.forEach((request) => answerText(agent, request, 'series 1\n'));

    expectFailure(refused, { status: 503, reason: 'overloaded', phrase: /20/, withinMs: 500 });
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });

  it('beyond what may wait for one agent that takes nothing fail at once, the others in time', async () => {
    const proxy = await ProxyProcess.start(stage, { config: { limits: { maxScrapesQueuedPerAgent: 5 } } });
    const relay = await TcpRelay.start(stage, proxy.ports.agent);
    await RawAgent.connect(stage, { proxyPort: relay.port, paths: ['stalled'] });
    relay.stall();
    const longQuery = `q=${'x'.repeat(7_000)}`;

    const scrapes = Array.from({ length: 200 }, () =>
      scrape(proxy.url(`stalled?${longQuery}`), { timeoutSecs: 2 }),
    );
    const results = await Promise.all(scrapes);

    const reasons = new Set(results.map(({ headers }) => headers['x-proxy-reason']));
    expect(reasons).toEqual(new Set(['overloaded', 'timed_out']));
    expect(Math.max(...results.map(({ durationMs }) => durationMs))).toBeLessThan(2_200);
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });
});
