import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { ChunkedScrapeResponseMessage, ScrapeRequestMessage } from '@app/protocol';
import { bodyMessages, headerMessage } from '../../../apps/proxy/src/testing/chunk-messages.js';
import { WireAgent } from '../../../apps/proxy/src/testing/wire-agent.js';
import { expositionOf } from '../../support/exposition-text.js';
import { readMetrics } from '../../support/metrics-page.js';
import type { FaultRow } from '../fault-row.js';
import { outcomeOf, type World } from '../world.js';

const BODY = gzipSync(randomBytes(4_000));
const MIB = 1024 * 1024;

const serving = (world: World, ...paths: string[]): Promise<WireAgent> =>
  WireAgent.serving(world.stage, world.proxy.ports.agent, paths);

/** A transfer of {@link BODY} in four chunks, as it should be. */
function transfer(agent: WireAgent, { scrapeId }: ScrapeRequestMessage): ChunkedScrapeResponseMessage[] {
  return bodyMessages(scrapeId, BODY, { headerAgentId: agent.agentId, headerZipped: true }, 1_024);
}

/** What can be wrong with a transfer, and what the scrape says then. */
const BROKEN: readonly {
  readonly fault: string;
  readonly spoil: (messages: ChunkedScrapeResponseMessage[]) => ChunkedScrapeResponseMessage[];
  readonly outcome: string;
}[] = [
  {
    fault: 'chunks out of order',
    spoil: ([header, first, second, ...rest]) => [header!, second!, first!, ...rest],
    outcome: '502 invalid_payload',
  },
  {
    fault: 'a chunk left out',
    spoil: (messages) => messages.toSpliced(2, 1),
    outcome: '502 invalid_payload',
  },
  {
    fault: 'a chunk twice',
    spoil: (messages) => messages.toSpliced(2, 0, messages[1]!),
    outcome: '502 invalid_payload',
  },
  {
    fault: 'a wrong checksum',
    spoil: (messages) => messages.with(1, spoilt(messages[1]!)),
    outcome: '502 invalid_payload',
  },
  { fault: 'no summary', spoil: (messages) => messages.slice(0, -1), outcome: '504 timed_out' },
  { fault: 'the header twice', spoil: (messages) => [messages[0]!, ...messages], outcome: '200' },
  {
    fault: 'the header twice, in the middle',
    spoil: (messages) => messages.toSpliced(2, 0, messages[0]!),
    outcome: '502 invalid_payload',
  },
];

function spoilt(message: ChunkedScrapeResponseMessage): ChunkedScrapeResponseMessage {
  return { ...message, chunk: { ...message.chunk!, chunkChecksum: 1 } };
}

const brokenTransfers = (): FaultRow => ({
  fault: 'breaks its transfers',
  injected: BROKEN.map(({ fault }) => fault).join(', '),
  expected: '502 `invalid_payload`, 504 `timed_out` without a summary; other scrapes succeed',
  isQuick: true,
  inject: async (world) => {
    const agent = await serving(world, 'broken');
    const { stream } = agent.openChunks();
    for (const { fault, spoil, outcome } of BROKEN) {
      agent.onScrape = (request) => {
        if (!request.cancelled) spoil(transfer(agent, request)).forEach((message) => stream.write(message));
      };
      expect(`${fault}: ${outcomeOf(await world.scrape('broken', { timeoutSecs: 1 }))}`).toBe(
        `${fault}: ${outcome}`,
      );
    }
  },
});

/** Write what `next` makes, in batches, as fast as the proxy takes it. */
async function flood(count: number, batch: number, next: (index: number) => unknown): Promise<void> {
  for (let index = 0; index < count; index += batch) {
    await Promise.all(Array.from({ length: batch }, (_, step) => next(index + step)));
    await sleep(1);
  }
}

/** End its stream of answers; the proxy completes it when it has taken them all. */
async function ended({ responses }: WireAgent): Promise<void> {
  responses?.stream.end();
  await expect.poll(() => responses?.status, { timeout: 10_000 }).toBe(0);
}

const connectMany = (count: number): FaultRow => ({
  fault: `connects ${count} times and never registers`,
  injected: `${count} connections that call connectAgent and close`,
  expected: 'other scrapes succeed',
  isQuick: count < 1_000,
  inject: (world) =>
    flood(count, 10, async () => {
      const agent = new WireAgent(world.stage, world.proxy.ports.agent);
      await agent.connect();
      agent.vanish();
    }),
});

export const HOSTILE_AGENT_ROWS: readonly FaultRow[] = [
  {
    fault: 'answers scrapes it was not asked',
    injected: '10,000 answers with ids of others, one that waits among them, unknown ones, and each twice',
    expected: 'every scrape succeeds, with the body of who was asked',
    isQuick: true,
    inject: async (world) => {
      const victim = await serving(world, 'victim');
      const asked = world.scrape('victim', { timeoutSecs: 10 });
      await expect.poll(() => victim.requests.length, { timeout: 5_000 }).toBe(1);
      const { scrapeId } = victim.requests[0]!;
      const liar = await serving(world, 'liar');
      const firstId = Math.max(0, scrapeId - 2_500);
      await flood(10_000, 200, (index) => liar.answer(firstId + (index >> 1), { contentAsText: 'lie 1\n' }));
      await ended(liar);
      victim.answer(scrapeId, { contentAsText: 'truth 1\n' });
      expect((await asked).body.toString()).toBe('truth 1\n');
      liar.responses = liar.openResponses();
      liar.answerAll('truth 2\n');
      expect((await world.scrape('liar', { timeoutSecs: 10 })).body.toString()).toBe('truth 2\n');
    },
  },
  {
    fault: 'answers too late, and twice',
    injected: 'each answer after the deadline, and again',
    expected: '504 `timed_out` for its own path',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world, 'late');
      agent.onScrape = ({ scrapeId, cancelled }) => {
        if (cancelled) return;
        for (const waitMs of [700, 750])
          setTimeout(() => agent.answer(scrapeId, { contentAsText: 'late' }), waitMs);
      };
      expect(outcomeOf(await world.scrape('late', { timeoutSecs: 0.5 }))).toBe('504 timed_out');
      await sleep(500);
    },
  },
  brokenTransfers(),
  {
    fault: 'opens 100,000 transfers',
    injected: '100,000 headers of bodies that nobody asked for',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world, 'opener');
      const { stream } = agent.openChunks();
      await flood(100_000, 500, (index) =>
        stream.write(headerMessage({ headerAgentId: agent.agentId, headerScrapeId: index })),
      );
    },
  },
  {
    fault: 'sends messages of 4 MB',
    injected: '30 answers of 4 MB less a little that nobody asked for, and one of more',
    expected: 'other scrapes succeed; its call ends with RESOURCE_EXHAUSTED',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world, 'heavy');
      const bytes = Buffer.alloc(4 * MIB - 1_000);
      await flood(30, 1, async () => {
        agent.answer(1_000_000, { contentAsZipped: bytes });
        await sleep(20);
      });
      agent.answer(1_000_000, { contentAsZipped: Buffer.alloc(4 * MIB) });
      await expect.poll(() => agent.responses?.status, { timeout: 10_000 }).toBe(8);
    },
  },
  {
    fault: 'gives 4 MB of reasons',
    injected: 'failures with a reason of one word of 4 MB',
    expected: '502 `target_unreachable` in 200 characters; other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world, 'wordy');
      const failureReason = 'a'.repeat(4 * MIB - 1_000);
      agent.onScrape = ({ scrapeId }) => agent.answer(scrapeId, { statusCode: 503, failureReason });
      const result = await world.scrape('wordy', { timeoutSecs: 10 });
      expect([outcomeOf(result), result.statusMessage.length]).toEqual(['502 target_unreachable', 200]);
    },
  },
  {
    fault: 'never reads its stream',
    injected: 'a reader that takes nothing, asked with queries of 8 KB until the stream is full',
    expected: 'its own path: 504 `timed_out`, then 503 `overloaded`; other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world, 'deaf');
      agent.reader?.pause();
      const query = 'q=' + 'a'.repeat(8_000);
      const outcomes = new Set<string>();
      for (let round = 0; round < 8; round += 1) {
        const results = await Promise.all(
          Array.from({ length: 100 }, () => world.scrape(`deaf?${query}`, { timeoutSecs: 0.5 })),
        );
        results.forEach((result) => outcomes.add(outcomeOf(result)));
      }
      expect([...outcomes].filter((outcome) => !/^(504 timed_out|503 overloaded)$/.test(outcome))).toEqual(
        [],
      );
      return [...outcomes].toSorted().join(', ');
    },
  },
  {
    fault: 'registers without end',
    isFlood: true,
    injected: '10,100 paths, where an agent may have 10,000',
    expected: 'other scrapes succeed; the last 100 are refused',
    isQuick: false,
    inject: async (world) => {
      const agent = await serving(world);
      let refused = 0;
      await flood(10_100, 100, async (index) => {
        const { valid } = await agent.registerPath(`many-${index}`);
        if (!valid) refused += 1;
      });
      expect(refused).toBe(100);
    },
  },
  {
    fault: 'floods with heartbeats',
    injected: '5,000 heartbeats as fast as they are answered',
    expected: 'other scrapes succeed',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world);
      await flood(5_000, 50, () => agent.heartBeat());
    },
  },
  {
    fault: 'floods with heartbeats on its stream, and reads no answer',
    injected: '50,000 heartbeats as fast as the proxy takes them, their answers left unread',
    expected: 'other scrapes succeed; it gets no more answers than its stream takes',
    isQuick: true,
    inject: async (world) => {
      const capabilities = ['stream-heartbeats'];
      const agent = await WireAgent.serving(world.stage, world.proxy.ports.agent, [], { capabilities });
      const { agentId } = agent;
      agent.reader?.pause();
      await flood(50_000, 500, () => agent.responses?.stream.write({ agentId }));
      const taken = async (): Promise<number> =>
        (await readMetrics(world.proxy.ports.metrics)).sum('proxy_heartbeat_count_total') ?? 0;
      await expect.poll(taken, { timeout: 30_000, interval: 200 }).toBeGreaterThan(50_000);
      agent.reader?.resume();
      await sleep(1_000);
      expect(agent.requests.length).toBeLessThan(10_000);
      return `${agent.requests.length} answers`;
    },
  },
  connectMany(300),
  connectMany(5_000),
  {
    fault: 'sends labels of 1 MB',
    injected: 'a path with labels of 1 MB, another with labels that are no JSON',
    expected: 'the paths work without them',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world);
      const labels = JSON.stringify({ huge: 'a'.repeat(MIB) });
      expect((await agent.registerPath('labelled', { labels })).valid).toBe(true);
      expect((await agent.registerPath('unlabelled', { labels: '{"'.repeat(1_000) })).valid).toBe(true);
      agent.answerAll('fine 1\n');
      expect(outcomeOf(await world.scrape('labelled'))).toBe('200');
    },
  },
  {
    fault: 'imitates pages of the proxy',
    injected: 'paths below `/-/`, empty ones, with dots, with control characters, of 2,000 characters',
    expected: 'each is refused with a reason',
    isQuick: true,
    inject: async (world) => {
      const agent = await serving(world);
      const paths = [
        '-/ready',
        '/-/x',
        '-%2Fhealthy',
        '%2D/x',
        '',
        '/',
        '..',
        'a/../-/x',
        'a//b',
        'a\nb',
        'x'.repeat(2_000),
      ];
      for (const path of paths) {
        const { valid, reason } = await agent.registerPath(path);
        expect([path, valid, reason.length > 0 && reason.length < 300]).toEqual([path, false, true]);
      }
    },
  },
  {
    fault: 'uses ids of others',
    injected: 'heartbeats, paths and read streams with the ids of another agent and of nobody',
    expected: 'refused; who uses the id of another is sent away',
    isQuick: true,
    inject: async (world) => {
      const victim = await serving(world, 'victim');
      victim.answerAll(expositionOf(200).toString());
      const thief = await serving(world);
      expect((await thief.heartBeat({ agentId: 'nobody' })).valid).toBe(false);
      expect((await thief.registerPath('stolen', { agentId: victim.agentId })).valid).toBe(false);
      await expect.poll(() => thief.readStatus, { timeout: 5_000 }).toBe(0);
      expect(outcomeOf(await world.scrape('victim'))).toBe('200');
      expect(outcomeOf(await world.scrape('stolen'))).toBe('404 invalid_path');
    },
  },
];
