import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const BY_STREAM = { capabilities: ['stream-heartbeats'] };

/** Only the monotonic clock is the test's: the proxy's checks tick in real time. */
describe('heartbeats on the stream of answers', () => {
  const stage = stagePerTest();
  let proxy: ProxyUnderTest;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    proxy = await ProxyUnderTest.start(stage, { internal: { staleAgentCheckPauseSecs: 1 } });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const counted = async (): Promise<(number | undefined)[]> =>
    Promise.all(
      ['proxy_heartbeat_count_total', 'proxy_unknown_results_total'].map((name) => proxy.metric(name)),
    );
  const beat = ({ responses }: WireAgent, agentId = ''): void => void responses?.stream.write({ agentId });
  const answersTo = (agent: WireAgent, count: number): Promise<void> =>
    expect.poll(() => agent.requests.length, { timeout: 5_000 }).toBe(count);

  it('keep an agent alive, are answered in kind, and are counted', async () => {
    const capabilities = [...BY_STREAM.capabilities, 'implied-agent-id'];
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app'], { capabilities });
    const silent = await WireAgent.serving(stage, proxy.agentPort, ['silent'], { capabilities });
    const [before = 0] = await counted();

    for (let answers = 1; answers <= 4; answers += 1) {
      vi.advanceTimersByTime(20_000);
      beat(agent);
      await answersTo(agent, answers);
    }

    await expect.poll(() => silent.readStatus, { timeout: 5_000 }).toBe(status.OK);
    expect([agent.readStatus, agent.requests[0]]).toMatchObject([
      undefined,
      { agentId: '', scrapeId: 0, path: '', cancelled: false },
    ]);
    expect(await counted()).toEqual([before + 4, 0]);
  });

  it('come and are answered with the id of a session that is bound to no connection', async () => {
    const agent = new WireAgent(stage, proxy.agentPort);
    await agent.connectUnbound();
    const { capabilities } = await agent.register(BY_STREAM);
    agent.openStreams();

    beat(agent, agent.agentId);
    await answersTo(agent, 1);

    expect(capabilities).toContain('stream-heartbeats');
    expect(agent.requests[0]).toMatchObject({ agentId: agent.agentId, scrapeId: 0, path: '' });
  });

  it('are results of no scrape where the agent did not say that it sends them', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const [before] = await counted();

    beat(agent, agent.agentId);

    await expect.poll(counted).toEqual([before, 1]);
    expect([agent.requests, agent.responses?.status]).toEqual([[], undefined]);
  });

  it('of a session that is not there end the stream, so that the agent dials again', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app'], BY_STREAM);
    agent.reader?.cancel();
    await expect.poll(() => proxy.metric('proxy_agent_map_size')).toBe(0);
    const [before = 0] = await counted();

    beat(agent, agent.agentId);
    beat(agent, agent.agentId);

    await expect.poll(() => agent.responses?.status).toBe(status.NOT_FOUND);
    const [after = 0, unknown] = await counted();
    expect([after > before, unknown]).toEqual([true, 0]);
  });

  it('with the id of another end the stream, and the session that used it', async () => {
    const victim = await WireAgent.serving(stage, proxy.agentPort, ['app'], BY_STREAM);
    const thief = await WireAgent.serving(stage, proxy.agentPort, [], BY_STREAM);

    beat(thief, victim.agentId);

    await expect
      .poll(() => [thief.responses?.status, thief.readStatus])
      .toEqual([status.NOT_FOUND, status.OK]);
    expect([victim.requests, victim.readStatus]).toEqual([[], undefined]);
  });
});
