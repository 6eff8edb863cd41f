import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HttpTarget } from '../support/http-target.js';
import { outcomesOf, recoveryMs, waitForSteadySuccess } from '../support/load-report.js';
import { PacedScrapes } from '../support/paced-scrapes.js';
import { startPair } from '../support/pair.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

const PER_SECOND = 50;
const RECONNECT_PAUSE_SECS = 2;
const RECOVERY_MS = (RECONNECT_PAUSE_SECS + 1) * 1_000;

/** Failures that a scrape may have while the one proxy is exchanged: no port, or the reason in a word. */
const EXPECTED = /^(200|none .*|503 proxy_stopping|502 agent_disconnected|503 agent_gone|404 invalid_path)$/;

describe('the one proxy is exchanged for another, under a steady load', () => {
  const stage = stagePerTest();

  it('scrapes fail only meanwhile, with their reasons, and service discovery never says that there is nothing', async ({
    annotate,
  }) => {
    const target = await HttpTarget.start(stage, { '/metrics': answersAfter(5, 'series 1\n') });
    const { proxy } = await startPair(stage, {
      paths: [{ path: 'steady', url: target.url('/metrics') }],
      proxy: { service: { discovery: { enabled: true, startupHoldSecs: 5 } } },
      agent: { internal: { reconnectPauseSecs: RECONNECT_PAUSE_SECS } },
    });
    const load = new PacedScrapes(proxy.url('steady'), PER_SECOND, { timeoutSecs: 2, giveUpAfterMs: 4_000 });
    stage.atEnd(async () => void (await load.stop()));
    await waitForSteadySuccess(load);
    const documents: string[] = [];
    const watching = new AbortController();
    const watched = watchDiscovery(proxy.url('discovery'), documents, watching.signal);
    stage.atEnd(() => watching.abort());

    // Each proxy says what it knows once its start is long enough ago.
    await expect.poll(() => documents.length).toBeGreaterThan(0);

    const stoppedAt = performance.now();
    await proxy.stop();
    const documentsOfTheFirst = documents.length;
    await proxy.startAgain();
    const openAt = performance.now();

    const recoveredMs = await recoveryMs(load, openAt, RECOVERY_MS);
    expect(recoveredMs).toBeLessThan(RECOVERY_MS);
    await waitForSteadySuccess(load);
    await expect.poll(() => documents.length).toBeGreaterThan(documentsOfTheFirst);
    watching.abort();
    await watched;
    const scrapes = await load.stop();
    const failed = scrapes.filter(({ status }) => status !== 200);
    const figures = `closed for ${Math.round(openAt - stoppedAt)} ms, then ${Math.round(recoveredMs)} ms to the first success`;
    await annotate(`${scrapes.length} scrapes, ${failed.length} failed; ${figures}`);
    expect(outcomesOf(scrapes).filter((outcome) => !EXPECTED.test(outcome))).toEqual([]);
    expect(failed.every(({ sentAt }) => sentAt >= stoppedAt - 2_000 && sentAt < openAt + RECOVERY_MS)).toBe(
      true,
    );
    expect(documents.filter((document) => document.replaceAll(/\s/g, '') === '[]')).toEqual([]);
  });
});

/** Ask as Prometheus would, but often; what an answer of 200 says is kept. */
async function watchDiscovery(url: string, documents: string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const result = await scrape(url, { giveUpAfterMs: 1_000 }).catch(() => undefined);
    if (result?.status === 200) documents.push(result.body.toString());
    await sleep(50);
  }
}
