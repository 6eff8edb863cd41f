import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { expectAgentAtRest, expectProxyAtRest, waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf, recoveryMs, slowestMs, waitForSteadySuccess } from '../support/load-report.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';
import { TcpRelay } from '../support/tcp-relay.js';

const TIMEOUT_SECS = 1;
const TOLERANCE_MS = 250;
const RECONNECT_PAUSE_SECS = 2;
const RECOVERY_MS = (RECONNECT_PAUSE_SECS + 1) * 1_000;
const HALF_OPEN_MS = 15_500;

interface LoadedLink {
  readonly relay: TcpRelay;
  readonly load: PacedScrapes;
  readonly expectAtRest: () => Promise<void>;
}

describe('a link between agent and proxy that goes bad under a steady load', () => {
  const stage = stagePerTest();

  const startLoadedLink = async (): Promise<LoadedLink> => {
    const target = await HttpTarget.start(stage, { '/metrics': answersAfter(5, 'series 1\n') });
    const proxy = await ProxyProcess.start(stage);
    const relay = await TcpRelay.start(stage, proxy.ports.agent);
    const agent = await AgentProcess.start(stage, {
      proxyPort: relay.port,
      paths: [{ path: 'steady', url: target.url('/metrics') }],
      config: { internal: { reconnectPauseSecs: RECONNECT_PAUSE_SECS } },
    });
    await waitForPaths(proxy, 1);
    const options = { timeoutSecs: TIMEOUT_SECS, giveUpAfterMs: TIMEOUT_SECS * 1_000 + 2_000 };
    const load = new PacedScrapes(proxy.url('steady'), 50, options);
    stage.atEnd(async () => void (await load.stop()));
    await waitForSteadySuccess(load);
    const expectAtRest = async (): Promise<void> => {
      await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
      await expectAgentAtRest(agent);
    };
    return { relay, load, expectAtRest };
  };

  it('is dialled again after it was cut', async () => {
    const { relay, load, expectAtRest } = await startLoadedLink();

    relay.cut();
    await sleep(1_000);
    relay.heal();
    const healedAt = performance.now();

    expect(await recoveryMs(load, healedAt, RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    const scrapes = await load.stop();
    expect(
      outcomesOf(scrapes).filter((one) => !/^(200|502 agent_disconnected|503 agent_gone)$/.test(one)),
    ).toEqual([]);
    expect(slowestMs(scrapes)).toBeLessThan(TIMEOUT_SECS * 1_000);
    await expectAtRest();
  });

  it.each(['stall', 'drop'] as const)(
    'is given up within 15 s where nothing arrives any more: %s',
    async (fault) => {
      const { relay, load, expectAtRest } = await startLoadedLink();

      const startedAt = performance.now();
      relay[fault]();
      await expect
        .poll(() => load.finished.at(-1)?.reason, { timeout: HALF_OPEN_MS + 2_000, interval: 20 })
        .toBe('agent_gone');
      const noticedMs = performance.now() - startedAt;
      await expect.poll(() => relay.connectionCount, { timeout: HALF_OPEN_MS }).toBeGreaterThan(1);
      relay.cut();
      relay.heal();
      const healedAt = performance.now();

      expect(noticedMs).toBeLessThan(HALF_OPEN_MS);
      expect(await recoveryMs(load, healedAt, RECOVERY_MS)).toBeLessThan(RECOVERY_MS);
      await waitForSteadySuccess(load);
      expect(slowestMs(await load.stop())).toBeLessThan(TIMEOUT_SECS * 1_000 + TOLERANCE_MS);
      await expectAtRest();
    },
  );

  it('serves every scrape while it is slow', async () => {
    const { relay, load, expectAtRest } = await startLoadedLink();

    relay.delay(100);
    const slowSince = performance.now();
    await sleep(3_000);
    const scrapes = await load.stop();

    expect(outcomesOf(scrapes)).toEqual(['200']);
    expect(slowestMs(load.since(slowSince))).toBeLessThan(500);
    await expectAtRest();
  });
});
