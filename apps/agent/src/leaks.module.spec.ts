import { expect, test, vi } from 'vitest';
import { ScriptedProxy } from './testing/scripted-proxy.js';
import { noise } from './testing/stage.js';
import { pathConfig, startTestAgent } from './testing/test-agent.js';
import { TestTarget } from './testing/test-target.js';

/** Timers, sockets and servers that keep a process alive. */
function handles(): string[] {
  const own = ['Timeout', 'TCPSocketWrap', 'TCPServerWrap', 'TCPConnectWrap', 'HTTPINCOMINGMESSAGE'];
  return process.getActiveResourcesInfo().filter((name) => own.includes(name));
}

test('an agent that has left keeps no timer, no socket and no server', async () => {
  const before = handles();
  const target = await TestTarget.start((request, response) => {
    if (request.url === '/large') {
      response.end(noise(2_000_000));
    } else if (request.url === '/small') {
      response.end('up 1\n');
    }
  });
  const proxy = await ScriptedProxy.start({ isSlowReader: true });
  const pathConfigs = ['small', 'large', 'hung'].map((path) => pathConfig(path, target.url(`/${path}`)));
  const agent = await startTestAgent(proxy, {
    pathConfigs,
    admin: { enabled: true, port: 0 },
    metrics: { enabled: true, port: 0 },
  });
  await vi.waitFor(() => expect(proxy.isServed).toBe(true), 5_000);

  const scrapeId = proxy.ask({ path: 'small' });
  proxy.ask({ path: 'large' });
  proxy.ask({ path: 'hung' });
  proxy.ask({ path: 'hung' });
  proxy.ask({ path: 'hung' });
  await vi.waitFor(() => expect(proxy.responseOf(scrapeId)).toBeDefined(), 5_000);
  await vi.waitFor(() => expect(proxy.bodyStreams.openCount).toBe(1), 5_000);
  proxy.kill();
  await vi.waitFor(() => expect(agent.isConnected).toBe(false));
  const page = await (await fetch(`http://127.0.0.1:${agent.metricsPort}/metrics`)).text();
  await agent.close();
  await target.close();

  const zeros = [
    'agent_connected',
    'agent_scrape_backlog_size',
    'agent_scrapes_in_flight',
    'agent_scrapes_waiting',
  ];
  for (const name of [...zeros, 'agent_body_memory_bytes']) {
    expect(page).toMatch(new RegExp(`^${name}\\{.*\\} 0$`, 'm'));
  }
  await expect.poll(handles, { timeout: 10_000 }).toEqual(before);
});
