import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf, recoveryMs, slowestMs, waitForSteadySuccess } from '../support/load-report.js';
import { readMetrics } from '../support/metrics-page.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { type Pair, startPair } from '../support/pair.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

const TIMEOUT_SECS = 1;
const TOLERANCE_MS = 250;
const RECONNECT_PAUSE_SECS = 2;
const RECOVERY_MS = (RECONNECT_PAUSE_SECS + 1) * 1_000;
/** A ping each 10 s that waits 5 s, and a little for the clock. */
const HALF_OPEN_MS = 15_500;

interface Loaded extends Pair {
  readonly load: PacedScrapes;
}

describe('under a steady load', () => {
  const stage = stagePerTest();

  const startLoaded = async (giveUpAfterMs = TIMEOUT_SECS * 1_000 + 2_000): Promise<Loaded> => {
    const target = await HttpTarget.start(stage, { '/metrics': answersAfter(5, 'series 1\n') });
    const paths = [{ path: 'steady', url: target.url('/metrics') }];
    const agent = { internal: { reconnectPauseSecs: RECONNECT_PAUSE_SECS } };
    const pair = await startPair(stage, { paths, agent });
    const load = new PacedScrapes(pair.proxy.url('steady'), 50, { timeoutSecs: TIMEOUT_SECS, giveUpAfterMs });
    stage.atEnd(async () => void (await load.stop()));
    await waitForSteadySuccess(load);
    return { ...pair, load };
  };

  it('an agent that is killed costs no scrape its deadline, and serves again when it is back', async () => {
    const { agent, load, expectAtRest } = await startLoaded();

    const killedAt = performance.now();
    await agent.program.kill();
    await expect.poll(() => load.finished.at(-1)?.reason, { timeout: 3_000 }).toBe('agent_gone');
    await sleep(500);
    await agent.startAgain();

    expect(await recoveryMs(load, performance.now(), RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    const scrapes = await load.stop();
    expect(
      outcomesOf(scrapes).filter((one) => !/^(200|502 agent_disconnected|503 agent_gone)$/.test(one)),
    ).toEqual([]);
    expect(slowestMs(load.since(killedAt - TIMEOUT_SECS * 1_000))).toBeLessThan(TIMEOUT_SECS * 1_000);
    await expectAtRest();
  });

  it('a proxy that is killed breaks scrapes at once, and serves again when it is back', async () => {
    const { proxy, load, expectAtRest } = await startLoaded();

    await proxy.program.kill();
    await sleep(1_000);
    await proxy.startAgain();
    const backAt = performance.now();

    expect(await recoveryMs(load, backAt, RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    const scrapes = await load.stop();
    expect(slowestMs(scrapes)).toBeLessThan(TIMEOUT_SECS * 1_000);
    expect(outcomesOf(scrapes)).not.toContain('none cut');
    await expectAtRest();
  });

  it('an agent that stands still for a moment goes on with the same session', async () => {
    const { proxy, agent, load, expectAtRest } = await startLoaded();

    agent.program.signal('SIGSTOP');
    await sleep(2_500);
    agent.program.signal('SIGCONT');
    const thawedAt = performance.now();

    expect(await recoveryMs(load, thawedAt, 1_000)).toBeLessThan(1_000);
    await waitForSteadySuccess(load);
    const scrapes = await load.stop();
    expect(outcomesOf(scrapes).filter((one) => !/^(200|504 timed_out|503 overloaded)$/.test(one))).toEqual(
      [],
    );
    expect(slowestMs(scrapes)).toBeLessThan(TIMEOUT_SECS * 1_000 + TOLERANCE_MS);
    expect((await readMetrics(proxy.ports.metrics)).sum('proxy_connect_count_total')).toBe(1);
    await expectAtRest();
  });

  it('an agent that stands still is found out by pings, and serves again when it goes on', async () => {
    const { agent, load, expectAtRest } = await startLoaded();

    const frozenAt = performance.now();
    agent.program.signal('SIGSTOP');
    await expect
      .poll(() => load.finished.at(-1)?.reason, { timeout: HALF_OPEN_MS + 2_000, interval: 20 })
      .toBe('agent_gone');
    const noticedMs = performance.now() - frozenAt;
    agent.program.signal('SIGCONT');
    const thawedAt = performance.now();

    expect(noticedMs).toBeLessThan(HALF_OPEN_MS);
    expect(await recoveryMs(load, thawedAt, RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    expect(slowestMs(await load.stop())).toBeLessThan(TIMEOUT_SECS * 1_000 + TOLERANCE_MS);
    await expectAtRest();
  });

  it.each([
    { title: 'for a moment', frozenMs: 2_500 },
    { title: 'until its agent has given it up', frozenMs: 17_000 },
  ])('a proxy that stands still $title serves again when it goes on', async ({ frozenMs }) => {
    const { proxy, load, expectAtRest } = await startLoaded(TIMEOUT_SECS * 1_000);

    proxy.program.signal('SIGSTOP');
    await sleep(frozenMs);
    proxy.program.signal('SIGCONT');
    const thawedAt = performance.now();

    expect(await recoveryMs(load, thawedAt, RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    await load.stop();
    await expectAtRest();
  });
});
