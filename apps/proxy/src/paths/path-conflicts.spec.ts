import { status } from '@grpc/grpc-js';
import type { RegisterAgentRequestInit } from '@app/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { TcpRelay } from '../../../../test/support/tcp-relay.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const CAPABLE: RegisterAgentRequestInit = { agentName: 'newcomer', capabilities: ['scrape-budget'] };
const OLDER: RegisterAgentRequestInit = { agentName: 'newcomer' };

describe('two agents that claim one path', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  const servedBy = async (of = proxy): Promise<string> => (await of.scrape('app')).body.toString();
  const holding = async (settings: RegisterAgentRequestInit = {}, of = proxy): Promise<WireAgent> => {
    const agent = await WireAgent.serving(stage, of.agentPort, ['app'], settings);
    agent.answerAll('holder');
    return agent;
  };
  const arriving = async (settings: RegisterAgentRequestInit, of = proxy): Promise<WireAgent> => {
    const agent = await WireAgent.serving(stage, of.agentPort, [], settings);
    agent.answerAll('newcomer');
    return agent;
  };

  it('are one process when the launch id is the same: the new session takes over at once', async () => {
    const holder = await holding({ launchId: 'one' });
    const newcomer = await arriving({ launchId: 'one' });

    const answer = await newcomer.registerPath('app');

    expect(answer).toMatchObject({ valid: true, reason: '' });
    await expect.poll(() => holder.readStatus).toBe(status.OK);
    expect(await servedBy()).toBe('newcomer');
  });

  it('leave it to the one that holds it while it lives, and the other hears why', async () => {
    const before = (await proxy.metric('proxy_path_conflicts_total')) ?? 0;
    const holder = await holding();
    const newcomer = await arriving(CAPABLE);

    const refused = await newcomer.registerPath('app');

    expect(refused).toMatchObject({ valid: false, pathId: -1, pathCount: 1 });
    expect(refused.reason).toBe('Path /app is held by agent edge-7 on host, which is alive');
    expect(await servedBy()).toBe('holder');
    expect([holder.readStatus, newcomer.readStatus]).toEqual([undefined, undefined]);
    expect(await proxy.metric('proxy_path_conflicts_total')).toBe(before + 1);
  });

  it('can have it one after the other', async () => {
    const holder = await holding();
    const newcomer = await arriving(CAPABLE);
    await newcomer.registerPath('app');

    holder.vanish();
    await expect.poll(() => proxy.metric('proxy_path_map_size')).toBe(0);
    const accepted = await newcomer.registerPath('app');

    expect(accepted.valid).toBe(true);
    expect(await servedBy()).toBe('newcomer');
  });

  it('are both content when the second is older: it waits, and serves once the first has left', async () => {
    const holder = await holding();
    const newcomer = await arriving(OLDER);

    const accepted = await newcomer.registerPath('app');
    const before = await servedBy();
    holder.vanish();

    expect(accepted).toMatchObject({ valid: true, pathCount: 1 });
    expect(before).toBe('holder');
    await expect.poll(() => servedBy()).toBe('newcomer');
  });

  it('have a scrape answered that waited while the holder left', async () => {
    const holder = await holding();
    const newcomer = await arriving(OLDER);
    await newcomer.registerPath('app');
    holder.onScrape = () => holder.vanish();

    expect(await servedBy()).toBe('newcomer');
  });

  it('do not count one that is gone without a word: it is asked, and replaced', async () => {
    const relay = await TcpRelay.start(stage, proxy.agentPort);
    const holder = await WireAgent.serving(stage, relay.port, ['app']);
    relay.stall();
    const newcomer = await arriving(CAPABLE);

    const startedAt = performance.now();
    const answers = await Promise.all([newcomer.registerPath('app'), newcomer.registerPath('app')]);

    expect(answers.map(({ valid }) => valid)).toEqual([true, true]);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await servedBy()).toBe('newcomer');
    expect(holder.readStatus).toBeUndefined();
    relay.cut();
  });

  it('take it from each other where the proxy is told so, as in prometheus-proxy', async () => {
    const yielding = await ProxyUnderTest.start(stage, { pathConflict: 'takeover' });
    const holder = await holding({}, yielding);
    const newcomer = await arriving(OLDER, yielding);

    const accepted = await newcomer.registerPath('app');

    expect(accepted.valid).toBe(true);
    await expect.poll(() => holder.readStatus).toBe(status.OK);
    expect(await servedBy(yielding)).toBe('newcomer');
    expect(await yielding.metric('proxy_agent_displacement_total')).toBe(1);
  });

  it.each([
    [false, true, 'Consolidated agent rejected for non-consolidated path /app'],
    [true, false, 'Non-consolidated agent rejected for consolidated path /app'],
  ])('are of one kind (holder consolidated: %s, newcomer: %s)', async (holderIs, newcomerIs, reason) => {
    await holding({ consolidated: holderIs });
    const newcomer = await arriving({ ...OLDER, consolidated: newcomerIs });

    const refused = await newcomer.registerPath('app');

    expect(refused).toMatchObject({ valid: false, reason, pathId: -1, pathCount: 1 });
    expect(await servedBy()).toBe('holder');
  });
});
