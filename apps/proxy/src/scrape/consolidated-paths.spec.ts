import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('a path that consolidated agents share', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  const sharing = async (name: string, of = proxy): Promise<WireAgent> => {
    const settings = { agentName: name, consolidated: true, capabilities: ['draining', 'failure-code'] };
    const agent = await WireAgent.serving(stage, of.agentPort, ['app'], settings);
    agent.answerAll(name);
    return agent;
  };
  const bodyOf = async (): Promise<string> => (await proxy.scrape('app')).body.toString();

  it('is scraped at the one with the least to do', async () => {
    const [first, second] = [await sharing('first'), await sharing('second')];
    first.onScrape = () => undefined;

    const idle = proxy.scrape('app');
    await expect.poll(() => first.requests.length).toBe(1);
    const answers = [await bodyOf(), await bodyOf()];
    first.answer(first.requests[0]!.scrapeId, { contentAsText: 'first' });

    expect(answers).toEqual(['second', 'second']);
    expect((await idle).body.toString()).toBe('first');
    expect([first.requests.length, second.requests.length]).toEqual([1, 2]);
  });

  it('is served by the others when one leaves', async () => {
    const [first] = [await sharing('first'), await sharing('second')];

    first.vanish();

    await expect.poll(bodyOf).toBe('second');
    expect(await bodyOf()).toBe('second');
  });

  it('is scraped at the next one when the first is lost meanwhile', async () => {
    const [first] = [await sharing('first'), await sharing('second')];
    first.onScrape = () => first.vanish();

    expect(await bodyOf()).toBe('second');
  });

  it.each([
    ['cannot reach the target, by its code', { statusCode: 503, failureCode: 'target_unreachable' }],
    ['cannot reach the target, by its words', { statusCode: 503, failureReason: 'Connection refused' }],
    ['has too much to do', { statusCode: 503, failureCode: 'overloaded' }],
  ])('is scraped at the next one when the first %s', async (_title, failed) => {
    const [first] = [await sharing('first'), await sharing('second')];
    first.onScrape = ({ scrapeId }) => first.answer(scrapeId, failed);

    expect(await bodyOf()).toBe('second');
  });

  it("is not scraped twice when it is the target's own answer", async () => {
    const [first, second] = [await sharing('first'), await sharing('second')];
    first.onScrape = ({ scrapeId }) =>
      first.answer(scrapeId, { statusCode: 500, failureCode: 'upstream_error' });

    const result = await proxy.scrape('app');

    expect([outcomeOf(result), second.requests.length]).toEqual(['500 upstream_error', 0]);
  });

  it('fails with the last failure when nobody can, all within one deadline', async () => {
    const agents = [await sharing('first'), await sharing('second')];
    agents.forEach((agent) => {
      agent.onScrape = ({ scrapeId }) =>
        agent.answer(scrapeId, { statusCode: 503, failureReason: 'Connection refused' });
    });

    const result = await proxy.scrape('app');

    expect(outcomeOf(result)).toBe('502 target_unreachable');
    expect(agents.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it('times out once, however many agents there are', async () => {
    const agents = [await sharing('first'), await sharing('second')];
    agents.forEach((agent) => (agent.onScrape = () => undefined));

    const result = await proxy.scrape('app', { timeoutSecs: 0.4 });

    expect(outcomeOf(result)).toBe('504 timed_out');
    expect(result.durationMs).toBeLessThan(400);
  });

  it('is given nothing to an agent that has said that it leaves, which still may answer', async () => {
    const [first] = [await sharing('first'), await sharing('second')];
    first.onScrape = () => undefined;
    const earlier = proxy.scrape('app');
    await expect.poll(() => first.requests.length).toBe(1);

    await first.heartBeat({ draining: true });
    const later = await bodyOf();
    first.answer(first.requests[0]!.scrapeId, { contentAsText: 'last words' });

    expect([later, (await earlier).body.toString()]).toEqual(['second', 'last words']);
  });

  it('is served by another when the one that leaves has not answered before it is gone', async () => {
    const [first] = [await sharing('first'), await sharing('second')];
    first.onScrape = () => undefined;
    const scraping = bodyOf();
    await expect.poll(() => first.requests.length).toBe(1);
    await first.heartBeat({ draining: true });

    first.reader?.cancel();

    expect(await scraping).toBe('second');
  });

  it('is served by one that is leaving when all are', async () => {
    const only = await sharing('only');

    await only.heartBeat({ draining: true });

    expect(await bodyOf()).toBe('only');
  });

  it('is scraped at all, and the answers joined, where the proxy is told so', async () => {
    const merging = await ProxyUnderTest.start(stage, { consolidatedMode: 'merge' });
    const [first, second] = [await sharing('first', merging), await sharing('second', merging)];
    first.onScrape = ({ scrapeId }) => first.answer(scrapeId, { contentAsText: 'a 1\n# EOF\n' });
    second.onScrape = ({ scrapeId }) => second.answer(scrapeId, { contentAsText: 'b 2\n# EOF\n' });
    const third = await sharing('third', merging);
    third.onScrape = ({ scrapeId }) => third.answer(scrapeId, { statusCode: 503 });

    const result = await merging.scrape('app');

    expect([result.status, result.body.toString()]).toEqual([200, 'a 1\nb 2\n# EOF']);
    await merging.expectAtRest({ agents: 3, paths: 1 });
  });

  it('loses the earlier, half-open session of an agent that connected again', async () => {
    const settings = { agentName: 'same', consolidated: true, launchId: 'launch', capabilities: [] };
    const earlier = await WireAgent.serving(stage, proxy.agentPort, ['app'], settings);
    const again = await WireAgent.serving(stage, proxy.agentPort, ['app'], settings);
    again.answerAll('again');

    await expect.poll(() => earlier.readStatus).toBe(0);

    expect([await bodyOf(), await bodyOf()]).toEqual(['again', 'again']);
  });
});
