import type { Capability, ScrapeResponseInit } from '@app/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('the deadline of a scrape', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite, { internal: { scrapeRequestTimeoutSecs: 1 } });
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  const silentAgent = (capabilities: Capability[] = []): Promise<WireAgent> =>
    WireAgent.serving(stage, proxy.agentPort, ['app'], { capabilities });

  it.each([
    ['that the scraper gives, less the way back', { timeoutSecs: 0.5 }, 420, 500],
    ['of the proxy when the scraper gives none', {}, 950, 1_400],
    ['of the proxy when it is shorter', { timeoutSecs: 60 }, 950, 1_400],
    [
      'of the proxy when the header makes no sense',
      { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': 'soon' } },
      950,
      1_400,
    ],
  ])('is the one %s', { retry: 2 }, async (_title, options, leastMs, mostMs) => {
    await silentAgent();

    const result = await proxy.scrape('app', options);

    expect(outcomeOf(result)).toBe('504 timed_out');
    expect(result.statusMessage).toMatch(/^agent edge-7 did not answer within \d\.\ds$/);
    expect(result.durationMs).toBeGreaterThan(leastMs);
    expect(result.durationMs).toBeLessThan(mostMs);
  });

  it('travels to an agent that can use it, and to no other', async () => {
    const newer = await silentAgent(['scrape-budget']);
    await proxy.scrape('app', { timeoutSecs: 0.5 });
    newer.vanish();
    await expect.poll(() => proxy.metric('proxy_agent_map_size')).toBe(0);
    const older = await silentAgent();
    await proxy.scrape('app', { timeoutSecs: 0.5 });

    const [budget, none] = [newer, older].map((agent) => agent.requests[0]?.budgetMillis);
    expect(budget).toBeGreaterThan(300);
    expect(budget).toBeLessThan(450);
    expect(none).toBe(0);
  });

  it.each([
    ['passed', 0.3, undefined],
    ['not passed, but the scraper has hung up', 10, 100],
  ])('is told to an agent that can cancel when it has %s', async (_title, timeoutSecs, giveUpAfterMs) => {
    const agent = await silentAgent(['scrape-cancel']);

    await proxy.scrape('app', { timeoutSecs, giveUpAfterMs }).catch(() => undefined);

    await expect.poll(() => agent.requests.length).toBe(2);
    const [asked, cancelled] = agent.requests;
    expect([asked?.cancelled, cancelled]).toEqual([
      false,
      expect.objectContaining({ scrapeId: asked?.scrapeId, cancelled: true }),
    ]);
  });

  it('is no concern of an older agent, whose late answer is dropped and counted', async () => {
    const agent = await silentAgent();
    const before = (await proxy.metric('proxy_unknown_results_total')) ?? 0;
    await proxy.scrape('app', { timeoutSecs: 0.2 });

    agent.answer(agent.requests[0]!.scrapeId, { contentAsText: 'late' });

    await expect.poll(() => proxy.metric('proxy_unknown_results_total')).toBe(before + 1);
    expect(agent.requests).toHaveLength(1);
    agent.answerAll('next');
    expect((await proxy.scrape('app')).body.toString()).toBe('next');
  });

  it('ends at once when the scraper hangs up, and such scrapes are counted apart', async () => {
    await silentAgent();
    const before = (await proxy.metric('proxy_scrapes_abandoned_total')) ?? 0;
    const hangUp = new AbortController();

    const scraping = proxy.scrape('app', { signal: hangUp.signal });
    await expect.poll(() => proxy.metric('proxy_scrape_map_size')).toBe(1);
    hangUp.abort();
    await scraping.catch(() => undefined);

    await expect.poll(() => proxy.metric('proxy_scrapes_abandoned_total')).toBe(before + 1);
    expect(await proxy.metric('proxy_scrape_map_size')).toBe(0);
  });

  it.each<[string, ScrapeResponseInit, string, RegExp]>([
    ['500', { statusCode: 500 }, '500 upstream_error', /answered 500/],
    ['302', { statusCode: 302 }, '502 upstream_error', /redirects are not followed/],
    [
      'a time-out',
      { statusCode: 408, failureReason: 'Timed out' },
      '504 upstream_timed_out',
      /^Timed out \(agent edge-7\)$/,
    ],
    ['a path it does not know', { statusCode: 404 }, '404 path_not_found', /edge-7/],
    ['a body too large', { statusCode: 413 }, '413 content_too_large', /edge-7/],
    [
      'gzip that is none',
      { zipped: true, contentAsZipped: Buffer.from('plain') },
      '502 invalid_payload',
      /as gzip that is none/,
    ],
    [
      'a type that is none',
      { contentType: 'a\nb', contentAsText: 'x' },
      '502 invalid_payload',
      /Content-Type/,
    ],
  ])('is not waited for when the agent answers with %s', async (_title, response, outcome, words) => {
    const agent = await silentAgent();
    agent.onScrape = ({ scrapeId }) => agent.answer(scrapeId, response);

    const result = await proxy.scrape('app');

    expect(outcomeOf(result)).toBe(outcome);
    expect(result.statusMessage).toMatch(words);
    expect(result.headers['location']).toBeUndefined();
  });

  it('does not change what else a target answers with success', async () => {
    const agent = await silentAgent();
    agent.onScrape = ({ scrapeId }) => agent.answer(scrapeId, { statusCode: 203, contentAsText: 'as it is' });

    const result = await proxy.scrape('app');

    expect([result.status, result.body.toString()]).toEqual([203, 'as it is']);
  });
});
