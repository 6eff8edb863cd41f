import { afterEach, expect, test, vi } from 'vitest';
import { ScriptedProxy } from './testing/scripted-proxy.js';
import { pathConfig, startTestAgent } from './testing/test-agent.js';
import { TestTarget } from './testing/test-target.js';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) {
    await end();
  }
});

test('an agent connects, registers its paths and answers a scrape', async () => {
  const target = await TestTarget.start((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end('up 1\n');
  });
  endings.push(() => target.close());
  const proxy = await ScriptedProxy.start();
  endings.push(() => proxy.kill());
  const agent = await startTestAgent(proxy, { pathConfigs: [pathConfig('/app', target.url())] });
  endings.push(() => agent.close());
  await vi.waitFor(() => expect(proxy.isServed).toBe(true));

  const scrapeId = proxy.ask({ path: 'app' });

  const response = await vi.waitFor(() => {
    const found = proxy.responseOf(scrapeId);
    expect(found).toBeDefined();
    return found;
  });
  expect(response).toMatchObject({
    validResponse: true,
    scrapeId: 0,
    statusCode: 200,
    contentType: 'text/plain; version=0.0.4',
    contentAsText: 'up 1\n',
    zipped: false,
  });
});
