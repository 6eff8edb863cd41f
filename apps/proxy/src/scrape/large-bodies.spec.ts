import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import type { ChunkedScrapeResponseInit, HeaderDataInit } from '@app/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { bodyMessages } from '../testing/chunk-messages.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent, type WriteCall } from '../testing/wire-agent.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const BODY = randomBytes(4 * MIB);

describe('a large body on a call of its own', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;
  let agent: WireAgent;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite, {
      internal: { maxZippedContentSizeMBytes: 128, maxUnzippedContentSizeMBytes: 4 },
    });
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();
  beforeEach(async () => {
    const settings = { capabilities: ['scrape-cancel'] };
    agent = await WireAgent.serving(stage, proxy.agentPort, ['large', 'small'], settings);
  });

  type Call = WriteCall<ChunkedScrapeResponseInit>;
  const messagesOf = (
    scrapeId: number,
    body: Buffer,
    header: HeaderDataInit = {},
  ): ChunkedScrapeResponseInit[] =>
    bodyMessages(scrapeId, body, { headerAgentId: agent.agentId, ...(header as object) });
  const begin = (scrapeId: number, body: Buffer, share: number, header?: HeaderDataInit): Call => {
    const call = agent.openChunks(true);
    const messages = messagesOf(scrapeId, body, header);
    messages.slice(0, Math.floor(messages.length * share)).forEach((message) => call.stream.write(message));
    return call;
  };
  const answering = async (path: string): Promise<IncomingMessage> => {
    const request = get(`http://127.0.0.1:${proxy.httpPort}/${path}`, { agent: false });
    request.on('error', () => undefined);
    stage.atEnd(() => void request.destroy());
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    return response;
  };
  let seen = 0;
  const hasStopped = (read: () => number): boolean => {
    const earlier = seen;
    seen = read();
    return seen > 0 && seen === earlier;
  };
  const lastId = (): number => agent.requests.at(-1)!.scrapeId;

  it('flows: its first bytes are with the scraper before the last are sent', async () => {
    let call: Call | undefined;
    agent.onScrape = ({ scrapeId }) => (call = begin(scrapeId, BODY, 0.5));
    const response = await answering('large');
    const received: Buffer[] = [];
    response.on('data', (piece: Buffer) => received.push(piece));
    await expect.poll(() => received.length).toBeGreaterThan(0);

    const messages = messagesOf(lastId(), BODY);
    messages.slice(Math.floor(messages.length * 0.5)).forEach((message) => call?.stream.write(message));
    call?.stream.end();
    await once(response, 'end');

    expect(Buffer.concat(received).equals(BODY)).toBe(true);
    await expect.poll(() => call?.status).toBe(status.OK);
    await proxy.expectAtRest({ agents: 1, paths: 2 });
  });

  it('waits for a scraper that is slow, while all others are served', async () => {
    const large = Buffer.alloc(64 * MIB, 'x');
    const call = agent.openChunks(true);
    let sentBytes = 0;
    const send = (messages: ChunkedScrapeResponseInit[]): void => {
      for (let next = messages.shift(); next !== undefined; next = messages.shift()) {
        sentBytes += next.chunk?.chunkBytes?.length ?? 0;
        if (!call.stream.write(next)) {
          call.stream.once('drain', () => send(messages));
          return;
        }
      }
      call.stream.end();
    };
    agent.onScrape = ({ scrapeId, path }) =>
      path === 'small'
        ? agent.answer(scrapeId, { contentAsText: 'at once' })
        : send(messagesOf(scrapeId, large));
    const response = await answering('large');
    await expect.poll(() => hasStopped(() => sentBytes), { interval: 200, timeout: 5_000 }).toBe(true);

    const others = await Promise.all(Array.from({ length: 20 }, () => proxy.scrape('small')));
    const stalledAt = sentBytes;
    let received = 0;
    response.on('data', (piece: Buffer) => (received += piece.length));
    await once(response, 'end');

    expect(others.filter(({ durationMs, body }) => durationMs > 1_000 || body.length !== 7)).toEqual([]);
    expect(stalledAt).toBeGreaterThan(MIB);
    expect(stalledAt).toBeLessThan(large.length / 2);
    expect([received, sentBytes]).toEqual([large.length, large.length]);
    await proxy.expectAtRest({ agents: 1, paths: 2 });
  });

  it.each<[string, string, (call: Call, messages: ChunkedScrapeResponseInit[]) => void]>([
    ['breaks a checksum', 'invalid_payload', (call, [, , , fourth]) => void call.stream.write(fourth!)],
    ['breaks off the call', 'target_unreachable', (call) => call.stream.cancel()],
    ['half-closes it too early', 'target_unreachable', (call) => void call.stream.end()],
    ['leaves', 'agent_disconnected', () => agent.vanish()],
  ])('destroys the socket when the agent %s, and counts it as %s', async (_title, reason, spoil) => {
    const before = (await proxy.metric('proxy_scrape_requests_total', { reason })) ?? 0;
    let call: Call | undefined;
    agent.onScrape = ({ scrapeId }) => (call = begin(scrapeId, BODY, 0.6));
    const response = await answering('large');
    let received = 0;
    response.on('data', (piece: Buffer) => (received += piece.length));
    await expect.poll(() => received).toBeGreaterThan(MIB);

    spoil(call!, messagesOf(lastId(), BODY));
    await expect.poll(() => response.closed).toBe(true);

    expect([response.statusCode, response.complete]).toEqual([200, false]);
    await expect.poll(() => proxy.metric('proxy_scrape_requests_total', { reason })).toBe(before + 1);
  });

  it('destroys the socket at the deadline, and the agent is told', async () => {
    agent.onScrape = ({ scrapeId, cancelled }) => void (cancelled || begin(scrapeId, BODY, 0.6));

    const result = await proxy.scrape('large', { timeoutSecs: 0.6 });

    expect([result.status, result.isWhole]).toEqual([200, false]);
    expect(result.durationMs).toBeLessThan(1_000);
    await expect.poll(() => agent.requests.at(-1)?.cancelled).toBe(true);
  });

  it('is let go of when the scraper hangs up, and the agent is told', async () => {
    agent.onScrape = ({ scrapeId, cancelled }) => void (cancelled || begin(scrapeId, BODY, 0.6));
    const response = await answering('large');

    response.destroy();

    await expect.poll(() => agent.requests.at(-1)?.cancelled).toBe(true);
    await proxy.expectAtRest({ agents: 1, paths: 2 });
  });

  it('is inflated on the way for a scraper that takes no gzip, up to the limit', async () => {
    const text = Buffer.from(randomBytes(1_600_000).toString('hex'));
    const tooMuch = Buffer.concat([text, text]);
    agent.onScrape = ({ scrapeId, path }) =>
      void begin(scrapeId, gzipSync(path === 'large' ? text : tooMuch), 1, { headerZipped: true });

    const inflated = await proxy.scrape('large');
    const over = await proxy.scrape('small').catch(() => ({ isWhole: false }));

    expect([inflated.isWhole, inflated.body.equals(text)]).toEqual([true, true]);
    expect(over.isWhole).toBe(false);
  });

  it('is one of eight at most that an agent sends at once', async () => {
    agent.onScrape = ({ scrapeId }) => void begin(scrapeId, BODY, 0.05);
    const underWay = Array.from({ length: 8 }, () => proxy.scrape('large', { timeoutSecs: 2 }));
    await expect.poll(() => proxy.metric('proxy_chunk_context_map_size')).toBe(8);

    const ninth = await proxy.scrape('large');
    agent.vanish();
    const outcomes = (await Promise.all(underWay)).map(outcomeOf);

    expect(outcomeOf(ninth)).toBe('503 overloaded');
    expect(new Set(outcomes)).toEqual(new Set(['502 agent_disconnected']));
  });
});
