import { status } from '@grpc/grpc-js';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('the end of a session', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  it.each([
    ['its connection closes', (agent: WireAgent) => agent.vanish()],
    ['its read stream ends', (agent: WireAgent) => agent.reader?.cancel()],
  ])('comes when %s: what waits fails at once, and the path says who left', async (_title, end) => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const scraping = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(1);

    end(agent);
    const waited = await scraping;
    const later = await proxy.scrape('app');

    expect(outcomeOf(waited)).toBe('502 agent_disconnected');
    expect(waited.durationMs).toBeLessThan(2_000);
    expect(outcomeOf(later)).toBe('503 agent_gone');
    expect(later.statusMessage).toMatch(/^agent edge-7 left at \d{4}-\d\d-\d\dT[\d:.]+Z: its /);
  });

  it('leaves what comes too late for an agent that said it leaves: the agent is gone, it was not cut off', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    await agent.heartBeat({ draining: true });
    const scraping = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(1);

    agent.reader?.cancel();

    expect(outcomeOf(await scraping)).toBe('503 agent_gone');
  });

  it('is not noticed by a path that the agent takes back itself: that one is unknown', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);

    await new Promise((resolve) =>
      agent.client.unregisterPath({ agentId: agent.agentId, path: 'app' }, resolve),
    );
    agent.vanish();

    await expect.poll(async () => outcomeOf(await proxy.scrape('app'))).toBe('404 invalid_path');
  });

  it('is forgotten when the path is served again', async () => {
    const first = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    first.vanish();
    await expect.poll(async () => outcomeOf(await proxy.scrape('app'))).toBe('503 agent_gone');

    const second = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    second.answerAll('back');

    expect((await proxy.scrape('app')).body.toString()).toBe('back');
    expect(await proxy.metric('proxy_departed_paths')).toBe(0);
  });

  it('does not keep an agent waiting that half-closes its write streams, before or after', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, []);
    const [responses, before] = [agent.responses!, agent.openChunks()];
    const after = agent.openChunks(true);

    before.stream.end();
    await expect.poll(() => before.status).toBe(status.OK);
    agent.reader?.cancel();
    await expect.poll(() => proxy.metric('proxy_agent_map_size')).toBe(0);
    responses.stream.end();
    after.stream.end();

    await expect.poll(() => [responses.status, after.status]).toEqual([status.OK, status.OK]);
  });

  it('does not come when the agent opens its read stream anew', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const earlier = agent.reader!;
    const ended = new Promise((resolve) => earlier.once('status', ({ code }) => resolve(code)));
    agent.answerAll('still here');

    agent.openReader();
    const code = await ended;
    const answer = await proxy.scrape('app');

    expect(code).toBe(status.OK);
    expect(answer.body.toString()).toBe('still here');
  });

  it('lets the agent connect again over the same connection, with a new id', async () => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const earlier = agent.agentId;
    agent.reader?.cancel();
    await expect.poll(async () => (await agent.heartBeat()).valid).toBe(false);

    await agent.connect();
    await agent.register();

    expect(agent.agentId).not.toBe(earlier);
    expect((await agent.registerPath('app')).valid).toBe(true);
  });

  it('is counted by its cause', async () => {
    const before = (await proxy.metric('proxy_sessions_ended_total', { cause: 'disconnected' })) ?? 0;
    const agent = await WireAgent.serving(stage, proxy.agentPort, []);

    agent.vanish();

    await expect
      .poll(() => proxy.metric('proxy_sessions_ended_total', { cause: 'disconnected' }))
      .toBe(before + 1);
  });

  it('is remembered for the hold-down only', async () => {
    const forgetful = await ProxyUnderTest.start(stage, { service: { discovery: { holdDownSecs: 0 } } });
    const agent = await WireAgent.serving(stage, forgetful.agentPort, ['app']);

    agent.vanish();

    await expect.poll(async () => outcomeOf(await forgetful.scrape('app'))).toBe('404 invalid_path');
  });
});
