import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const CHECK_EACH_SECOND = { staleAgentCheckPauseSecs: 1 };

/** Only the monotonic clock is the test's: the proxy's checks tick in real time. */
describe('the check for stale agents', () => {
  const stage = stagePerTest();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const pass = (secs: number): void => void vi.advanceTimersByTime(secs * 1_000);
  const started = (internal = {}): Promise<ProxyUnderTest> =>
    ProxyUnderTest.start(stage, { internal: { ...CHECK_EACH_SECOND, ...internal } });

  it('evicts an agent that nothing was heard of, counts it, and tells its path', async () => {
    const proxy = await started();
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);

    pass(61);

    await expect.poll(() => agent.readStatus, { timeout: 5_000 }).toBe(status.OK);
    expect(outcomeOf(await proxy.scrape('app'))).toBe('503 agent_gone');
    expect(await proxy.metric('proxy_eviction_count_total')).toBe(1);
    expect(await agent.heartBeat()).toMatchObject({ valid: false });
    await proxy.expectAtRest({ agents: 0, paths: 0 });
  });

  it('spares an agent that sends heartbeats', async () => {
    const proxy = await started();
    const [lively, silent] = [
      await WireAgent.serving(stage, proxy.agentPort, ['lively']),
      await WireAgent.serving(stage, proxy.agentPort, ['silent']),
    ];

    pass(40);
    await lively.heartBeat();
    pass(40);

    await expect.poll(() => silent.readStatus, { timeout: 5_000 }).toBe(status.OK);
    expect(lively.readStatus).toBeUndefined();
    await proxy.expectAtRest({ agents: 1, paths: 1 });
  });

  it('can be off', async () => {
    const proxy = await started({ staleAgentCheckEnabled: false });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const neverServed = new WireAgent(stage, proxy.agentPort);
    await neverServed.connect();

    pass(600);

    await expect.poll(() => proxy.metric('proxy_agent_map_size'), { timeout: 5_000 }).toBe(1);
    expect(agent.readStatus).toBeUndefined();
  });

  it.each([
    ['connected and did nothing more', () => Promise.resolve()],
    [
      'registered and has paths',
      (agent: WireAgent) => agent.register().then(() => agent.registerPath('app')),
    ],
  ])('ends a session that %s, but never opened its read stream', async (_title, go) => {
    const proxy = await started();
    const agents = [new WireAgent(stage, proxy.agentPort), new WireAgent(stage, proxy.agentPort)];
    await agents[0]!.connect();
    await agents[1]!.connectUnbound();
    await go(agents[0]!);

    pass(31);

    await proxy.expectAtRest({ agents: 0, paths: 0 });
  });

  it('ends one that sends heartbeats for ever and never opens its read stream', async () => {
    const proxy = await started();
    const agent = new WireAgent(stage, proxy.agentPort);
    await agent.connect();
    await agent.register();
    await agent.registerPath('app');

    pass(20);
    await agent.heartBeat();
    pass(20);
    await agent.heartBeat();

    await expect.poll(() => proxy.metric('proxy_agent_map_size'), { timeout: 5_000 }).toBe(0);
  });

  it('leaves an agent its time that registers many paths before it opens its read stream', async () => {
    const proxy = await started();
    const agent = new WireAgent(stage, proxy.agentPort);
    await agent.connect();
    await agent.register();

    for (const path of ['a', 'b', 'c', 'd']) {
      pass(20);
      await agent.registerPath(path);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }

    expect(await proxy.metric('proxy_path_map_size')).toBe(4);
  });
});
