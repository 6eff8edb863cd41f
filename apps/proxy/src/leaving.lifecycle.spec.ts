import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { scrapeWithoutReading } from '../../../test/support/lazy-scraper.js';
import { stagePerTest } from '../../../test/support/stage.js';
import { bodyMessages } from './testing/chunk-messages.js';
import { outcomeOf, ProxyUnderTest } from './testing/proxy-under-test.js';
import { WireAgent } from './testing/wire-agent.js';

const GRACE_MS = 500;
const MIB = 1024 * 1024;
const BODY = Buffer.alloc(32 * MIB, 'x');

describe('a proxy that leaves', () => {
  const stage = stagePerTest();

  const started = async (paths: string[] = ['app']): Promise<{ proxy: ProxyUnderTest; agent: WireAgent }> => {
    const proxy = await ProxyUnderTest.start(stage);
    return { proxy, agent: await WireAgent.serving(stage, proxy.agentPort, paths) };
  };
  const isOpen = async (port: number): Promise<boolean> => {
    const socket = connect({ port, host: '127.0.0.1' });
    const outcome = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return outcome;
  };

  it('closes every port, and ends the streams of agents with OK', async () => {
    const { proxy, agent } = await started();
    const { agentPort, httpPort } = proxy;

    const startedAt = performance.now();
    await proxy.close();

    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect([await isOpen(agentPort), await isOpen(httpPort)]).toEqual([false, false]);
    expect(agent.readStatus).toBe(0);
  });

  it('lets scrapes in flight finish, takes more for a grace, and none after it', async () => {
    const { proxy, agent } = await started();
    const inFlight = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(1);

    const closing = proxy.close();
    const duringGrace = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(2);
    await expect
      .poll(async () => outcomeOf(await proxy.scrape('app', { timeoutSecs: 0.1 })), {
        timeout: 3 * GRACE_MS,
      })
      .toBe('503 proxy_stopping');
    agent.requests.forEach(({ scrapeId }) => agent.answer(scrapeId, { contentAsText: 'in time' }));

    const answers = await Promise.all([inFlight, duringGrace]);
    expect(answers.map(({ body }) => body.toString())).toEqual(['in time', 'in time']);
    await closing;
  });

  it('still knows its agents while scrapes finish: by heartbeats and on new calls', async () => {
    const { proxy, agent } = await started();
    const inFlight = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(1);

    const closing = proxy.close();
    const heartBeat = await agent.heartBeat();
    agent.responses = agent.openResponses();
    agent.answerAll('');
    agent.answer(agent.requests[0]!.scrapeId, { contentAsText: 'on a later call' });

    expect(heartBeat).toMatchObject({ valid: true, reason: '' });
    expect((await inFlight).body.toString()).toBe('on a later call');
    await closing;
  });

  /** A scraper that was sent the head of a body too large for the buffers in between, and has read nothing yet. */
  const lazyScrape = async (): Promise<{ proxy: ProxyUnderTest; agent: WireAgent; socket: Socket }> => {
    const proxy = await ProxyUnderTest.start(stage, {
      internal: { maxZippedContentSizeMBytes: BODY.length / MIB },
    });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const chunks = agent.openChunks().stream;
    agent.onScrape = ({ scrapeId }) =>
      bodyMessages(scrapeId, BODY, { headerAgentId: agent.agentId }, MIB).forEach((message) =>
        chunks.write(message),
      );
    const socket = await scrapeWithoutReading(stage, proxy.httpPort, 'app');
    await expect
      .poll(async () => [agent.requests.length, await proxy.metric('proxy_scrape_map_size')], {
        timeout: 5_000,
      })
      .toEqual([1, 0]);
    return { proxy, agent, socket };
  };

  it('delivers an answer that is still being written, to a scraper that takes its time', async () => {
    const { proxy, socket } = await lazyScrape();

    const closing = proxy.close();
    let received = 0;
    const readSome = setInterval(() => (received += (socket.read() as Buffer | null)?.length ?? 0), 5);
    stage.atEnd(() => clearInterval(readSome));
    await closing;

    expect(received).toBeGreaterThan(BODY.length);
  });

  it('waits ten seconds for agents that do not answer and scrapers that do not read', async () => {
    const { proxy, agent } = await lazyScrape();
    agent.onScrape = () => undefined;
    const inFlight = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(2);

    const startedAt = performance.now();
    const [result] = await Promise.all([inFlight, proxy.close()]);

    expect(outcomeOf(result)).toBe('503 proxy_stopping');
    expect(performance.now() - startedAt).toBeLessThan(14_000);
  }, 20_000);
});
