import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/failed-scrape.js';
import { HttpTarget } from '../support/http-target.js';
import { scrapeWithoutReading } from '../support/lazy-scraper.js';
import { readMetrics } from '../support/metrics-page.js';
import { type Pair, startPair } from '../support/pair.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers, answersAfter, hangs, hangsAfterHeaders, neverEnds } from '../support/target-behaviours.js';

const LIMIT_SECS = 2;

describe('the deadline of a scrape', () => {
  const stage = stagePerSuite();
  let pair: Pair;
  let target: HttpTarget;

  beforeAll(async () => {
    const behaviours = {
      '/hung': hangs(),
      '/hung-after-headers': hangsAfterHeaders(),
      '/endless': neverEnds(),
      '/slow': answersAfter(1_000, 'slow 1\n'),
      '/large': answers(randomBytes(20_000_000)),
    };
    target = await HttpTarget.start(stage, behaviours);
    const paths = Object.keys(behaviours).map((path) => ({ path: path.slice(1), url: target.url(path) }));
    pair = await startPair(stage, {
      paths,
      proxy: { internal: { scrapeRequestTimeoutSecs: LIMIT_SECS, maxZippedContentSizeMBytes: 50 } },
      agent: { http: { maxContentLengthMBytes: 1_000 }, scrapeTimeoutSecs: 30 },
    });
  });

  it.each([1, 1.5])('is the one the scraper gives: %f s', async (timeoutSecs) => {
    const result = await scrape(pair.proxy.url('hung'), { timeoutSecs });

    const expected = { status: 504, phrase: /\w/, withinMs: timeoutSecs * 1_000 };
    expectFailure(result, { ...expected, reason: 'upstream_timed_out' });
    expect(result.durationMs).toBeGreaterThan(timeoutSecs * 500);
  });

  it('is the one the scraper gives below a second too, whichever side gives up first', async () => {
    const result = await scrape(pair.proxy.url('hung'), { timeoutSecs: 0.5 });

    expect(result.status).toBe(504);
    expect(result.headers['x-proxy-reason']).toMatch(/^(upstream_)?timed_out$/);
    expect(result.durationMs).toBeLessThan(500);
  });

  it('leaves time for a target that is slower than the margin but fast enough', async () => {
    const result = await scrape(pair.proxy.url('slow'), { timeoutSecs: 1.5 });

    expect(result.body.toString()).toBe('slow 1\n');
  });

  it.each(['60', 'abc', '-1', 'Infinity'])(
    "is the proxy's own when the scraper's is longer or no time: %j",
    async (value) => {
      const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': value };
      const result = await scrape(pair.proxy.url('hung'), { headers });

      const withinMs = LIMIT_SECS * 1_000 + 300;
      expectFailure(result, { status: 504, reason: 'upstream_timed_out', phrase: /\w/, withinMs });
      expect(result.durationMs).toBeGreaterThan(LIMIT_SECS * 800);
    },
  );

  it.each(['hung', 'hung-after-headers'])('ends the fetch of the agent too: %s', async (path) => {
    const known = target.seen.length;
    await scrape(pair.proxy.url(path), { timeoutSecs: 0.5 });

    await expect
      .poll(() => target.seen.slice(known).map(({ fate }) => fate), { timeout: 1_000 })
      .toEqual(['hung up']);
    await pair.expectAtRest();
  });

  it('cuts a body that still flows, and never ends it cleanly', async () => {
    const known = target.seen.length;
    const result = await scrape(pair.proxy.url('endless'), { timeoutSecs: 1 });

    expect(result.isWhole && result.status === 200).toBe(false);
    expect(result.durationMs).toBeLessThan(1_100);
    await expect.poll(() => target.seen[known]?.fate, { timeout: 1_000 }).toBe('hung up');
    await pair.expectAtRest();
  });

  it.each(['hung', 'hung-after-headers'])('is over at once when the scraper hangs up: %s', async (path) => {
    const known = target.seen.length;
    const hangUp = new AbortController();
    const gone = scrape(pair.proxy.url(path), { timeoutSecs: 30, signal: hangUp.signal }).catch(() => 'gone');
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(known + 1);

    hangUp.abort();

    expect(await gone).toBe('gone');
    await expect.poll(() => target.seen[known]?.fate, { timeout: 1_000 }).toBe('hung up');
    await pair.expectAtRest();
  });

  it.each(['large', 'endless'])('holds for a scraper that reads nothing of its answer: %s', async (path) => {
    const known = target.seen.length;
    await scrapeWithoutReading(stage, pair.proxy.ports.http, path);
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(known + 1);

    await pair.expectAtRest(LIMIT_SECS * 1_000 + 2_000);

    await expect.poll(() => target.seen[known]?.fate, { timeout: 1_000 }).not.toBe('open');
  });

  const waitingInAgent = async (): Promise<number | undefined> =>
    (await readMetrics(pair.agent.metricsPort)).sum('agent_scrapes_waiting');

  it('is over for a scrape that waits in the agent when its scraper hangs up', async () => {
    const known = target.seen.length;
    const start = (count: number): { hangUp: () => void; gone: Promise<unknown> } => {
      const { signal, abort } = abortable();
      const scrapes = Array.from({ length: count }, () =>
        scrape(pair.proxy.url('hung'), { timeoutSecs: 30, signal }).catch(() => 'gone'),
      );
      return { hangUp: abort, gone: Promise.all(scrapes) };
    };
    const running = start(2);
    await expect.poll(() => target.seen.length, { timeout: 2_000 }).toBe(known + 2);
    const waiting = start(3);
    await expect.poll(waitingInAgent, { timeout: 2_000 }).toBe(3);

    waiting.hangUp();
    await waiting.gone;
    await expect.poll(waitingInAgent, { timeout: 2_000 }).toBe(0);
    running.hangUp();
    await running.gone;
    await pair.expectAtRest();

    expect(target.seen.length).toBe(known + 2);
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
