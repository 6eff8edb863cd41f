import { expect, test } from 'vitest';
import { openAgent, openProxy, served } from '../testing/stage.js';
import { pathConfig } from '../testing/test-agent.js';

test('the debug page of an agent shows its connection and its targets, without credentials', async () => {
  const proxy = await openProxy();
  const agent = await openAgent(proxy, {
    name: 'edge',
    admin: { enabled: true, port: 0, debugEnabled: true },
    pathConfigs: [pathConfig('app', 'http://user:secret@127.0.0.1:9100/metrics?token=secret')],
  });
  await served(proxy);

  const text = await (await fetch(`http://127.0.0.1:${agent.adminPort}/debug`)).text();

  expect(text).toMatch(/^prometheus-agent [\d.]+\n/);
  expect(text).toContain('\nAgent name: edge\n');
  expect(text).toMatch(/^Connection: serving: 127\.0\.0\.1:\d+$/m);
  expect(text).toMatch(/^app +\/app +STATIC +http:\/\/\*\*\*@127\.0\.0\.1:9100\/metrics\?token=\*\*\*$/m);
  expect(text).not.toContain('secret');
});
