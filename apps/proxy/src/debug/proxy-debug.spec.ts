import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const admin = { enabled: true, port: 0, debugEnabled: true };

describe('the debug page of a proxy', () => {
  const stage = stagePerTest();
  const page = async ({ adminPort }: ProxyUnderTest): Promise<string> =>
    (await fetch(`http://127.0.0.1:${adminPort}/debug`)).text();

  it('shows agents, paths with masked targets, and the last scrapes with their reasons', async () => {
    const proxy = await ProxyUnderTest.start(stage, { admin });
    const agent = await WireAgent.serving(stage, proxy.agentPort, []);
    await agent.registerPath('app', { targetUrl: 'http://user:secret@db:9100/metrics?token=secret' });
    agent.answerAll('metrics');
    await proxy.scrape('app');
    await proxy.scrape('nobody');

    await expect.poll(() => page(proxy)).toContain('2 most recent requests');
    const text = await page(proxy);

    expect(text).toMatch(/^prometheus-proxy [\d.]+\nUptime: /);
    expect(text).toMatch(/^edge-7 +host +- +\S*127\.0\.0\.1:\d+ .* serving +0 +0$/m);
    expect(text).toMatch(/^\/app +1 +edge-7 +- +http:\/\/\*\*\*@db:9100\/metrics\?token=\*\*\*$/m);
    expect(text).toMatch(
      /2 most recent requests:\n.*: \/nobody - invalid_path - 404 reason: \[no agent .*\] time: \d+ms\n.*: \/app - success - 200 time: \d+ms agent: edge-7\n$/,
    );
    expect(text).not.toContain('secret');
  });

  it('remembers as many scrapes as it is told to', async () => {
    const proxy = await ProxyUnderTest.start(stage, { admin: { ...admin, recentRequestsQueueSize: 1 } });
    await proxy.scrape('first');
    await proxy.scrape('second');

    const text = await page(proxy);

    expect(text).toMatch(/1 most recent requests:\n.*\/second - invalid_path.*\n$/);
    expect(text).toContain('No agents connected.\n\nNo paths registered.\n');
  });

  it('gives what agents say one line each', async () => {
    const proxy = await ProxyUnderTest.start(stage, { admin });
    await WireAgent.serving(stage, proxy.agentPort, [], { agentName: 'edge\n/forged  1  admin' });

    expect(await page(proxy)).toContain('\nedge?/forged  1  admin ');
  });

  it('has an older agent say why a scrape failed', async () => {
    const [quiet, proxy] = [
      await ProxyUnderTest.start(stage),
      await ProxyUnderTest.start(stage, { admin: { debugEnabled: true } }),
    ];
    const agents = [
      await WireAgent.serving(stage, quiet.agentPort, ['app']),
      await WireAgent.serving(stage, proxy.agentPort, ['app']),
    ];
    agents.forEach((agent) => agent.answerAll('metrics'));

    await quiet.scrape('app');
    await proxy.scrape('app');

    expect(agents.map(({ requests }) => requests[0]?.debugEnabled)).toEqual([false, true]);
  });
});
