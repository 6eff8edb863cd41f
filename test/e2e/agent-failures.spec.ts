import type { ChunkedScrapeResponseInit } from '@app/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectFailure } from '../support/failed-scrape.js';
import { expectProxyAtRest } from '../support/gauges.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { RawAgent, type RawAgentSettings } from '../support/raw-agent.js';
import { answerFailure, answerText, chunkedMessages } from '../support/raw-answers.js';
import { scrape, type ScrapeResult } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';

type OnScrape = NonNullable<RawAgentSettings['onScrape']>;

const BODY = 'series{label="value"} 1\n'.repeat(5_000) + Math.PI;
const CHUNK_BYTES = 128;
const ZEROES = Buffer.alloc(CHUNK_BYTES);
const TIMEOUT_SECS = 1;

describe('an agent that breaks the conversation', () => {
  const shared = stagePerSuite();
  const stage = stagePerTest();
  let proxy: ProxyProcess;
  let agent: RawAgent;

  beforeEach(async () => {
    proxy ??= await ProxyProcess.start(shared);
  });

  const scrapeOf = async (onScrape?: OnScrape): Promise<ScrapeResult> => {
    const settings = { proxyPort: proxy.ports.agent, paths: ['raw'], name: 'edge-9' };
    agent = await RawAgent.connect(stage, { ...settings, onScrape });
    return scrape(proxy.url('raw'), { timeoutSecs: TIMEOUT_SECS, headers: { 'Accept-Encoding': 'gzip' } });
  };

  const rows: Record<string, (messages: ChunkedScrapeResponseInit[]) => ChunkedScrapeResponseInit[]> = {
    'a wrong checksum in a chunk': (messages) =>
      messages.map((one, at) => (at === 1 ? { ...one, chunk: { ...one.chunk, chunkChecksum: 1 } } : one)),
    'the bytes of a chunk changed on the way': (messages) =>
      messages.map((one, at) => (at === 1 ? { ...one, chunk: { ...one.chunk, chunkBytes: ZEROES } } : one)),
    'a chunk left out': (messages) => messages.toSpliced(1, 1),
    'a chunk sent twice': (messages) => messages.toSpliced(1, 0, messages[1]!),
    'a wrong total in the summary': (messages) =>
      messages.map((one) =>
        one.summary ? { ...one, summary: { ...one.summary, summaryByteCount: 7 } } : one,
      ),
    'a wrong checksum in the summary': (messages) =>
      messages.map((one) =>
        one.summary ? { ...one, summary: { ...one.summary, summaryChecksum: 7 } } : one,
      ),
  };

  it.each(Object.entries(rows))('fails the one scrape: %s', async (_title, spoil) => {
    const result = await scrapeOf((request, self) =>
      spoil(chunkedMessages(self, request, BODY, CHUNK_BYTES)).forEach((message) =>
        self.answerChunk(message),
      ),
    );

    expectFailure(result, {
      status: 502,
      reason: 'invalid_payload',
      phrase: /chunk|summary/i,
      withinMs: 900,
    });
    expect(agent.isServed).toBe(true);
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });

  it('fails the one scrape: the summary never comes, and the deadline passes', async () => {
    const result = await scrapeOf((request, self) =>
      chunkedMessages(self, request, BODY, CHUNK_BYTES)
        .slice(0, -1)
        .forEach((message) => self.answerChunk(message)),
    );

    expectFailure(result, { status: 504, reason: 'timed_out', phrase: /edge-9/, withinMs: 1_000 });
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });

  it('is answered just before the deadline when the agent says nothing', async () => {
    const result = await scrapeOf();

    expectFailure(result, { status: 504, reason: 'timed_out', phrase: /edge-9/, withinMs: 1_000 });
    expect(result.durationMs).toBeGreaterThan(850);
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });

  it('drops an answer that comes late or twice, and the next scrape gets its own', async () => {
    let count = 0;
    const first = await scrapeOf((request, self) => {
      count += 1;
      if (count === 1) return;
      answerText(self, { ...request, scrapeId: request.scrapeId - 1 }, 'late 1\n');
      answerText(self, request, 'own 1\n');
      answerText(self, request, 'twice 1\n');
    });
    const second = await scrape(proxy.url('raw'), { timeoutSecs: TIMEOUT_SECS });
    const third = await scrape(proxy.url('raw'), { timeoutSecs: TIMEOUT_SECS });

    expectFailure(first, { status: 504, reason: 'timed_out', phrase: /edge-9/, withinMs: 1_000 });
    expect([second.body.toString(), third.body.toString()]).toEqual(['own 1\n', 'own 1\n']);
    await expectProxyAtRest(proxy, { agents: 1, paths: 1 });
  });

  it.each([
    {
      status: 408,
      words: 'Timed out waiting for 15000 ms',
      is: { status: 504, reason: 'upstream_timed_out' as const },
    },
    { status: 503, words: 'Connection refused', is: { status: 502, reason: 'target_unreachable' as const } },
    {
      status: 413,
      words: 'Content length 11 exceeds 10',
      is: { status: 413, reason: 'content_too_large' as const },
    },
    { status: 404, words: 'Invalid path: raw', is: { status: 404, reason: 'path_not_found' as const } },
    { status: 503, words: '', is: { status: 503, reason: 'upstream_error' as const } },
    {
      status: 408,
      words: 'Unsuccessful response code 408',
      is: { status: 408, reason: 'upstream_error' as const },
    },
  ])('reads what an older agent says: $status "$words"', async ({ status, words, is }) => {
    const result = await scrapeOf((request, self) => answerFailure(self, request, status, words));

    const phrase = is.reason === 'upstream_error' ? new RegExp(`${status}`) : new RegExp(words);
    expectFailure(result, { ...is, phrase, withinMs: 500 });
  });

  it('fails at once when the agent leaves while it is asked, and says so until it is forgotten', async () => {
    const asked = await scrapeOf((_request, self) => self.vanish());
    const later = await scrape(proxy.url('raw'), { timeoutSecs: TIMEOUT_SECS });

    expectFailure(asked, { status: 502, reason: 'agent_disconnected', phrase: /edge-9/, withinMs: 500 });
    expectFailure(later, {
      status: 503,
      reason: 'agent_gone',
      phrase: /edge-9.*(ago|at|left|gone)/,
      withinMs: 500,
    });
    await expectProxyAtRest(proxy, { agents: 0, paths: 0 });
  });

  it('is let go at once when it leaves in order', async () => {
    const served = await scrapeOf((request, self) => answerText(self, request, 'series 1\n'));

    const startedAt = performance.now();
    await agent.leave();
    const leaveMs = performance.now() - startedAt;

    expect(served.status).toBe(200);
    expect(leaveMs).toBeLessThan(500);
    await expectProxyAtRest(proxy, { agents: 0, paths: 0 });
  });
});
