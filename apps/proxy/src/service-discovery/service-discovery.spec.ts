import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest, outcomeOf } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const discovery = { enabled: true, startupHoldSecs: 0, targetPrefix: 'http://proxy:8080/' };

describe('service discovery', () => {
  const stage = stagePerTest();

  async function pathsOf(proxy: ProxyUnderTest, query = ''): Promise<string[]> {
    const { body } = await proxy.scrape(`discovery${query}`);
    const groups = JSON.parse(body.toString()) as { labels: Record<string, string> }[];
    return groups.map(({ labels }) => labels['__metrics_path__'] ?? '');
  }

  it('is an error, not an empty list, while no agent has ever connected', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });

    expect(outcomeOf(await proxy.scrape('discovery'))).toBe('503 proxy_stopping');
  });

  it('is an error for as long after the start as it is told to wait', async () => {
    const proxy = await ProxyUnderTest.start(stage, {
      service: { discovery: { ...discovery, startupHoldSecs: 60 } },
    });
    await WireAgent.serving(stage, proxy.agentPort, ['app']);

    expect(outcomeOf(await proxy.scrape('discovery'))).toBe('503 proxy_stopping');
  });

  it('lists a path whose agent left until it took the path back', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });
    const gone = await WireAgent.serving(stage, proxy.agentPort, ['gone']);
    await WireAgent.serving(stage, proxy.agentPort, ['here']);
    gone.vanish();

    await expect.poll(async () => outcomeOf(await proxy.scrape('gone'))).toBe('503 agent_gone');

    expect(await pathsOf(proxy)).toEqual(['/gone', '/here']);
  });

  it('answers a repeated question with the same tag, and says so', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });
    await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const first = await proxy.scrape('discovery');

    const again = await proxy.scrape('discovery', {
      headers: { 'If-None-Match': first.headers['etag'] ?? '' },
    });

    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(again.status).toBe(304);
  });

  it('filters by agent', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });
    await WireAgent.serving(stage, proxy.agentPort, ['one'], { agentName: 'a' });
    await WireAgent.serving(stage, proxy.agentPort, ['two'], { agentName: 'b' });

    expect(await pathsOf(proxy, '?agent=b')).toEqual(['/two']);
  });

  it('keeps its own path from agents', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });

    await expect(WireAgent.serving(stage, proxy.agentPort, ['discovery'])).rejects.toThrow(
      /service discovery/,
    );
  });

  it('is a path like any other while it is off', async () => {
    const proxy = await ProxyUnderTest.start(stage);

    expect(outcomeOf(await proxy.scrape('discovery'))).toBe('404 invalid_path');
  });

  it('names a shared path after its first agent, whoever else comes', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });
    const instance = async (): Promise<string | undefined> => {
      const groups = JSON.parse((await proxy.scrape('discovery')).body.toString()) as {
        labels: Record<string, string>;
      }[];
      return groups[0]?.labels['instance'];
    };
    const shared = { consolidated: true };
    const first = await WireAgent.serving(stage, proxy.agentPort, [], { ...shared, agentName: 'a' });
    await first.registerPath('shared', { targetUrl: 'http://one:1/' });
    const alone = await instance();
    const second = await WireAgent.serving(stage, proxy.agentPort, [], { ...shared, agentName: 'b' });
    await second.registerPath('shared', { targetUrl: 'http://two:2/' });

    const both = await instance();
    first.vanish();
    await expect.poll(async () => (await proxy.metric('proxy_agent_map_size')) ?? 0).toBe(1);

    expect([alone, both, await instance()]).toEqual(['one:1/shared', 'one:1/shared', 'one:1/shared']);
  });

  it('answers HEAD as GET, without the document', async () => {
    const proxy = await ProxyUnderTest.start(stage, { service: { discovery } });
    await WireAgent.serving(stage, proxy.agentPort, ['app']);

    const head = await proxy.scrape('discovery', { method: 'HEAD' });

    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});
