import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scrapeWithoutReading } from '../../../../test/support/lazy-scraper.js';
import type { ScrapeResult } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { bodyMessages } from '../testing/chunk-messages.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const MIB = 1024 * 1024;

describe('the bounds of the proxy', () => {
  const stage = stagePerTest();

  const scrapes = (proxy: ProxyUnderTest, count: number): Promise<ScrapeResult>[] =>
    Array.from({ length: count }, () => proxy.scrape('app'));

  it('let 50 scrapes wait for an agent that has not opened its stream, and refuse the next at once', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const agent = new WireAgent(stage, proxy.agentPort);
    await agent.connect();
    await agent.register();
    await agent.registerPath('app');
    const waiting = scrapes(proxy, 50);
    await expect.poll(() => proxy.metric('proxy_cumulative_agent_backlog_size')).toBe(50);

    const refused = await proxy.scrape('app');
    agent.answerAll('at last');
    agent.openStreams();
    const answers = await Promise.all(waiting);

    expect(outcomeOf(refused)).toBe('503 overloaded');
    expect(refused.statusMessage).toBe('50 scrapes wait for agent edge-7');
    expect(refused.durationMs).toBeLessThan(1_000);
    expect(new Set(answers.map(({ body }) => body.toString()))).toEqual(new Set(['at last']));
    await proxy.expectAtRest({ agents: 1, paths: 1 });
  });

  it('take a scrape off the queue when it ends before the agent has opened its stream', async () => {
    const proxy = await ProxyUnderTest.start(stage);
    const agent = new WireAgent(stage, proxy.agentPort);
    await agent.connect();
    await agent.register({ capabilities: ['scrape-cancel'] });
    await agent.registerPath('app');

    const late = await proxy.scrape('app', { timeoutSecs: 0.2 });
    agent.openStreams();
    agent.answerAll('fresh');
    const fresh = await proxy.scrape('app');

    expect([outcomeOf(late), fresh.body.toString()]).toEqual(['504 timed_out', 'fresh']);
    expect(agent.requests).toHaveLength(1);
  });

  it('let as many scrapes be in flight as they may, over all agents', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxScrapesInFlight: 3 } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const inFlight = scrapes(proxy, 3);
    await expect.poll(() => agent.requests.length).toBe(3);

    const refused = await proxy.scrape('app');
    agent.requests.forEach(({ scrapeId }) => agent.answer(scrapeId, { contentAsText: 'x' }));
    const answers = await Promise.all(inFlight);

    expect([outcomeOf(refused), refused.statusMessage]).toEqual([
      '503 overloaded',
      '3 scrapes are in flight in the proxy',
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await proxy.expectAtRest({ agents: 1, paths: 1 });
  });

  it('hold as many bytes of bodies as they may, and give them back', async () => {
    const proxy = await ProxyUnderTest.start(stage, {
      limits: { bodyMemoryMBytes: 24 },
      internal: { maxZippedContentSizeMBytes: 20 },
    });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const chunks = agent.openChunks().stream;
    const body = Buffer.alloc(20 * MIB, 'x');
    agent.onScrape = ({ scrapeId }) =>
      bodyMessages(scrapeId, body, { headerAgentId: agent.agentId }, MIB).forEach((message) =>
        chunks.write(message),
      );

    const unread = await scrapeWithoutReading(stage, proxy.httpPort, 'app');
    await expect.poll(() => proxy.metric('proxy_body_memory_bytes'), { timeout: 10_000 }).toBe(body.length);
    const refused = await proxy.scrape('app');
    unread.destroy();
    await proxy.expectAtRest({ agents: 1, paths: 1 });
    const served = await proxy.scrape('app');

    expect(outcomeOf(refused)).toBe('503 overloaded');
    expect(served.body.length).toBe(body.length);
    await proxy.expectAtRest({ agents: 1, paths: 1 });
  });

  it.each([
    ['whole', 3 * MIB],
    ['in chunks', 6 * MIB],
  ])('refuse a body that comes %s and is over the limit, with the figure', async (way, byteCount) => {
    const proxy = await ProxyUnderTest.start(stage, { internal: { maxZippedContentSizeMBytes: 2 } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const chunks = agent.openChunks().stream;
    const body = randomBytes(byteCount);
    agent.onScrape = ({ scrapeId }) =>
      way === 'whole'
        ? agent.answer(scrapeId, { contentAsZipped: body })
        : bodyMessages(scrapeId, body, { headerAgentId: agent.agentId }).forEach((message) =>
            chunks.write(message),
          );

    const result = await proxy.scrape('app');

    expect(outcomeOf(result)).toBe('413 payload_too_large');
    expect(result.statusMessage).toContain(String(2 * MIB));
    await proxy.expectAtRest({ agents: 1, paths: 1 });
  });

  it.each([
    [100, `${'a'.repeat(100)} (agent edge-7)`, 0],
    [101, `${'a'.repeat(100)}… (agent edge-7)`, 1],
  ])('keep as much of a reason of %d characters as they may', async (length, words, reached) => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxReasonLength: 100 } });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    agent.onScrape = ({ scrapeId }) =>
      agent.answer(scrapeId, { statusCode: 503, failureReason: 'a'.repeat(length) });

    const { body } = await proxy.scrape('app');

    expect(body.toString()).toBe(`target_unreachable: ${words}\n`);
    const bound = { bound: 'limits.maxReasonLength' };
    expect(await proxy.metric('proxy_bound_limit', bound)).toBe(100);
    expect(await proxy.metric('proxy_bound_reached_total', bound)).toBe(reached);
  });

  it('take as many agents as they may', async () => {
    const proxy = await ProxyUnderTest.start(stage, { limits: { maxAgents: 1 } });
    const first = new WireAgent(stage, proxy.agentPort);
    await first.connect();

    const refused = await new WireAgent(stage, proxy.agentPort).connect();
    const again = await first.connect();
    first.vanish();
    await proxy.expectAtRest({ agents: 0, paths: 0 });
    const later = await new WireAgent(stage, proxy.agentPort).connect();

    expect(refused.error?.details).toBe('The proxy has as many agents as it may: 1');
    expect([again.error, later.error]).toEqual([undefined, undefined]);
  });
});
