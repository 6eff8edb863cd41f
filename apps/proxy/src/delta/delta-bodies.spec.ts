import type { ScrapeRequestMessage, ScrapeResponseInit } from '@app/protocol';
import { bodyId, encodeFrame, idToWire } from '@app/delta';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const first = Buffer.from('up 1\n'.repeat(1_000));
const second = Buffer.from(Array.from({ length: 1_000 }, (_, at) => `up ${at * 7_919}\n`).join(''));

/** An answer coded with `base`, which names `base` and `body` unless told otherwise. */
async function coded(
  body: Buffer,
  base: Buffer | undefined,
  changes: { baseId?: Buffer; bodyId?: Buffer; frame?: Buffer; contentType?: string } = {},
): Promise<ScrapeResponseInit> {
  const { contentType = base === undefined ? 'text/plain' : '', ...ids } = changes;
  const baseId = base === undefined ? Buffer.alloc(0) : idToWire(bodyId(base));
  const frame = await encodeFrame(body, base);
  return { contentType, deltaBody: { baseId, bodyId: idToWire(bodyId(body)), frame, ...ids } };
}

describe('a body that comes as a frame', () => {
  const stage = stagePerTest();
  let proxy: ProxyUnderTest;
  let agent: WireAgent;

  beforeEach(async () => {
    proxy = await ProxyUnderTest.start(stage, { internal: { maxUnzippedContentSizeMBytes: 1 } });
    agent = await WireAgent.serving(stage, proxy.agentPort, ['app', 'other'], {
      capabilities: ['body-delta', 'scrape-cancel'],
    });
  });
  afterEach(() => proxy.expectAtRest({ agents: 1, paths: 2 }));

  /** Answer what is asked one after the other. */
  const answerWith = (
    ...answers: ((request: ScrapeRequestMessage) => Promise<ScrapeResponseInit>)[]
  ): void => {
    agent.onScrape = (request) => {
      const answer = answers.shift();
      void answer?.(request).then((response) => agent.answer(request.scrapeId, response));
    };
  };
  const offers = (): (string[] | undefined)[] =>
    agent.requests.map(({ deltaOffer }) => deltaOffer?.baseIds.map((id) => id.toString('hex')));
  const bodies = (base: string): Promise<number | undefined> =>
    proxy.metric('proxy_delta_bodies_total', { base });

  it('is offered back, and the next one is decoded with it', async () => {
    answerWith(
      () => coded(first, undefined),
      () => coded(second, first),
    );

    const results = [await proxy.scrape('app'), await proxy.scrape('app')];

    expect(results.map(({ body }) => body.equals(first) || body.equals(second))).toEqual([true, true]);
    expect(results[1]?.body.equals(second)).toBe(true);
    expect(results.map(({ headers }) => headers['content-type'])).toEqual(['text/plain', 'text/plain']);
    expect(results[1]?.headers).not.toHaveProperty('content-encoding');
    expect(offers()).toEqual([[], [bodyId(first)]]);
    expect([await bodies('hit'), await bodies('miss')]).toEqual([1, 1]);
    expect(await proxy.metric('proxy_delta_saved_bytes_total')).toBeGreaterThan(9_000);
    expect(await proxy.metric('proxy_delta_bases')).toBe(1);
  });

  it.each([
    ['path', 'other', {}],
    ['query', 'app?name[]=up', {}],
    ['accept', 'app', { headers: { accept: 'application/openmetrics-text' } }],
    ['authorization', 'app', { headers: { authorization: 'Bearer other' } }],
  ])('is not offered for another %s', async (_what, target, options) => {
    answerWith(
      () => coded(first, undefined),
      () => coded(second, undefined),
    );
    await proxy.scrape('app');

    await proxy.scrape(target, options);

    expect(offers()).toEqual([[], []]);
  });

  it.each<[string, () => Promise<ScrapeResponseInit>]>([
    ['names a base that was not offered', () => coded(second, second)],
    [
      'was coded with another base than it names',
      () => coded(second, second, { baseId: idToWire(bodyId(first)) }),
    ],
    ['is another body than it says', () => coded(second, first, { bodyId: idToWire(bodyId(first)) })],
    ['names no body', () => coded(second, first, { bodyId: Buffer.alloc(0) })],
    [
      'is cut short',
      async () => coded(second, first, { frame: (await encodeFrame(second, first)).subarray(0, 30) }),
    ],
    ['is no frame', () => coded(second, first, { frame: Buffer.from('up 1\n') })],
    ['is a bomb', () => coded(Buffer.alloc(20 * 1024 * 1024), undefined)],
  ])('is asked for again, without an offer, when it %s', async (_what, broken) => {
    answerWith(
      () => coded(first, undefined),
      broken,
      () => Promise.resolve({ contentAsText: 'up 3\n' }),
    );
    await proxy.scrape('app');

    const result = await proxy.scrape('app', { timeoutSecs: 5 });

    expect(result.body.toString()).toBe('up 3\n');
    expect(offers()).toEqual([[], [bodyId(first)], undefined]);
    expect(await proxy.metric('proxy_delta_mismatches_total')).toBe(1);
    expect(await proxy.metric('proxy_delta_bases')).toBe(0);
  });

  it('fails the scrape in time, with a reason, when the second question is not answered', async () => {
    answerWith(() => coded(second, second));

    const result = await proxy.scrape('app', { timeoutSecs: 0.5 });

    expect(outcomeOf(result)).toBe('504 timed_out');
    expect(result.durationMs).toBeLessThan(600);
  });

  it('fails the scrape when nothing was offered', async () => {
    answerWith(
      () => coded(second, second),
      () => coded(second, undefined),
    );

    expect(outcomeOf(await proxy.scrape('app'))).toBe('502 invalid_payload');
  });

  it('may be coded with what was on offer although another scrape has replaced that since', async () => {
    const third = Buffer.from('up 3\n'.repeat(1_000));
    answerWith(() => coded(first, undefined));
    await proxy.scrape('app');
    agent.onScrape = () => undefined;
    const slow = proxy.scrape('app', { headers: { 'user-agent': 'slow' } });
    await expect.poll(() => agent.requests.length).toBe(2);
    answerWith(() => coded(second, first));
    // Another query would not share the base; a merged scrape would not be asked twice.
    const quick = await proxy.scrape('app');

    agent.answer(agent.requests[1]!.scrapeId, await coded(third, first));

    expect([quick.body.equals(second), (await slow).body.equals(third)]).toEqual([true, true]);
    expect(await proxy.metric('proxy_delta_mismatches_total')).toBe(0);
  });

  it('goes with its session', async () => {
    answerWith(() => coded(first, undefined));
    await proxy.scrape('app');
    expect(await proxy.metric('proxy_delta_base_bytes')).toBeGreaterThan(first.length);

    agent.vanish();
    await expect.poll(() => proxy.metric('proxy_delta_base_bytes')).toBe(0);

    agent = await WireAgent.serving(stage, proxy.agentPort, ['app', 'other'], {
      capabilities: ['body-delta'],
    });
    answerWith(() => coded(first, undefined));
    await proxy.scrape('app');
    expect(offers()).toEqual([[]]);
  });
});

describe('an offer of bases', () => {
  const stage = stagePerTest();

  it.each([
    ['an agent that does not know them', {}, []],
    ['any agent where nothing may be kept', { limits: { deltaMemoryMBytes: 0 } }, ['body-delta']],
  ])('is not made to %s', async (_who, options, capabilities) => {
    const proxy = await ProxyUnderTest.start(stage, options);
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app'], { capabilities });
    agent.answerAll('up 1\n');

    await proxy.scrape('app');

    expect(agent.requests.map(({ deltaOffer }) => deltaOffer)).toEqual([null]);
  });
});
