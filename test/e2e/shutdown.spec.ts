import { randomBytes } from 'node:crypto';
import { Agent, get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { freePort } from '../support/free-port.js';
import { Gate } from '../support/gate.js';
import { HttpTarget } from '../support/http-target.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { type Pair, startPair } from '../support/pair.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter, hangs } from '../support/target-behaviours.js';

const SLOW_MS = 800;
/** So large on the link that it travels on a call of its own, opened after the signal. */
const LARGE = randomBytes(2_000_000);

describe('a program that is told to stop', () => {
  const stage = stagePerTest();

  const startSlowPair = async (): Promise<{ pair: Pair; target: HttpTarget }> => {
    const target = await HttpTarget.start(stage, {
      '/slow': answersAfter(SLOW_MS, 'slow 1\n'),
      '/large': answersAfter(SLOW_MS, LARGE),
      '/quick': answersAfter(5, 'quick 1\n'),
      '/hung': hangs(),
    });
    const paths = ['slow', 'large', 'quick', 'hung'].map((path) => ({ path, url: target.url(`/${path}`) }));
    return { target, pair: await startPair(stage, { paths }) };
  };

  it.each(['agent', 'proxy'] as const)('serves what is under way and exits with 0: the %s', async (which) => {
    const { pair, target } = await startSlowPair();
    const underWay = ['slow', 'large'].map((path) => scrape(pair.proxy.url(path), { timeoutSecs: 5 }));
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(2);

    const stopMs = await pair[which].stop(SLOW_MS + 3_000);

    const [slow, large] = await Promise.all(underWay);
    expect([slow?.status, slow?.body.toString()]).toEqual([200, 'slow 1\n']);
    expect([large?.status, large?.isWhole, large?.body.equals(LARGE)]).toEqual([200, true, true]);
    expect(stopMs).toBeGreaterThan(SLOW_MS / 2);
  });

  it.each(['agent', 'proxy'] as const)('breaks no scrape of a steady load: the %s', async (which) => {
    const { pair } = await startSlowPair();
    const load = new PacedScrapes(pair.proxy.url('quick'), 50, { timeoutSecs: 2, giveUpAfterMs: 2_500 });
    await expect.poll(() => load.finished.length, { timeout: 5_000 }).toBeGreaterThan(20);

    await pair[which].stop();

    const outcomes = new Set((await load.stop()).map(({ status, reason }) => `${status} ${reason}`));
    // A connection that waits to be accepted when a port closes is reset by the system, not by us.
    const closedPort = 'none .*(ECONNREFUSED|ECONNRESET).*';
    const allowed =
      which === 'agent' ? /^(200 |503 agent_gone)$/ : new RegExp(`^(200 |503 proxy_stopping|${closedPort})$`);
    expect([...outcomes].filter((outcome) => !allowed.test(outcome))).toEqual([]);
    expect(outcomes).toContain('200 ');
  });

  it('waits no longer than its bound for a scrape that hangs: the agent', async () => {
    const { pair, target } = await startSlowPair();
    const hung = scrape(pair.proxy.url('hung'), { timeoutSecs: 20 });
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(1);

    const stopMs = await pair.agent.stop(7_000);

    expect(stopMs).toBeGreaterThan(2_000);
    expect((await hung).status).toBeGreaterThanOrEqual(500);
    expect((await hung).headers['x-proxy-reason']).toMatch(/\w/);
  });

  it('waits no longer than its bound for a scrape that hangs: the proxy', async () => {
    const { pair, target } = await startSlowPair();
    const hung = scrape(pair.proxy.url('hung'), { timeoutSecs: 25 });
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(1);

    await pair.proxy.stop(15_000);

    expect((await hung).headers['x-proxy-reason']).toBe('proxy_stopping');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('does not linger when nothing is under way: %s', async (signal) => {
    const { pair } = await startSlowPair();
    const keepAlive = new Agent({ keepAlive: true });
    stage.atEnd(() => keepAlive.destroy());
    await new Promise<void>((resolve, reject) => {
      const outgoing = get(pair.proxy.url('quick'), { agent: keepAlive }, (response) =>
        response.resume().on('end', resolve),
      );
      outgoing.once('error', reject);
    });

    for (const { program } of [pair.agent, pair.proxy]) {
      program.signal(signal);
      expect(await program.waitForExit(4_000)).toEqual({ code: 0, signal: null });
    }
  });

  it('does not wait for a proxy that was never there: the agent', async () => {
    const paths = [{ path: 'quick', url: 'http://127.0.0.1:1/' }];
    const agent = await AgentProcess.start(stage, { proxyPort: await freePort(), paths });
    await expect.poll(() => agent.program.output, { timeout: 2_000 }).toMatch(/no connection/);

    expect(await agent.stop(2_000)).toBeLessThan(2_000);
  });

  it('lets scrapes that wait in the agent finish while it drains', async () => {
    const gate = new Gate('held 1\n');
    const target = await HttpTarget.start(stage, { '/held': gate.behaviour });
    const { proxy, agent } = await startPair(stage, { paths: [{ path: 'held', url: target.url('/held') }] });
    const held = Array.from({ length: 6 }, () => scrape(proxy.url('held'), { timeoutSecs: 10 }));
    await expect.poll(() => gate.held, { timeout: 2_000 }).toBe(2);

    const stopped = agent.stop(7_000);
    setTimeout(() => gate.open(), 500);

    await stopped;
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  });
});
