import { expect, test, vi } from 'vitest';
import { HttpProxy, type HttpProxySettings } from '../../../../test/support/http-proxy.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { openAgent, openProxy, served } from '../testing/stage.js';
import type { LogLine } from '../testing/recording-logger.js';

const stage = stagePerTest();

/** An HTTP proxy that an agent goes through, and its URL. */
async function open(settings: HttpProxySettings = {}, userInfo = '') {
  const httpProxy = await HttpProxy.start(stage, settings);
  const linkProxy = `http://${userInfo}127.0.0.1:${httpProxy.port}`;
  return { httpProxy, egress: { linkProxy, noProxy: [] } };
}

const problemsIn = (lines: readonly LogLine[]): unknown[] =>
  lines.filter(({ msg }) => msg === 'no connection to proxy').map(({ reason }) => reason);

test('a link goes through an HTTP proxy, with credentials', async () => {
  const proxy = await openProxy();
  const { httpProxy, egress } = await open({ credentials: 'u:p w' }, 'u:p%20w@');

  const agent = await openAgent(proxy, { egress });

  await served(proxy);
  expect(httpProxy.seen).toEqual([`CONNECT 127.0.0.1:${proxy.port}`]);
  expect(agent.lines).toContainEqual(
    expect.objectContaining({
      msg: 'HTTP proxies are on the way out',
      through: { link: `127.0.0.1:${httpProxy.port}` },
    }),
  );
});

test('the name of the proxy is left to the HTTP proxy to find', async () => {
  const { httpProxy, egress } = await open({ allows: () => false });

  await openAgent([], { egress, endpoints: [{ host: 'proxy.inside.example', port: 50_051 }] });

  await vi.waitFor(() => expect(httpProxy.seen).toContain('CONNECT proxy.inside.example:50051'), 5_000);
});

test('what is exempt goes directly', async () => {
  const proxy = await openProxy();
  const { httpProxy, egress } = await open();

  await openAgent(proxy, { egress: { ...egress, noProxy: ['127.0.0.0/8'] } });

  await served(proxy);
  expect(httpProxy.seen).toEqual([]);
});

test.each<[string, HttpProxySettings, RegExp]>([
  ['wants other credentials', { credentials: 'u:p' }, /asks for other credentials \(407\)$/],
  ['refuses', { allows: () => false }, /does not connect to 127\.0\.0\.1:\d+ \(403\)$/],
])('an HTTP proxy that %s is the reason given', async (_what, settings, words) => {
  const proxy = await openProxy();
  const { egress } = await open(settings);

  const agent = await openAgent(proxy, { egress });

  await vi.waitFor(() => expect(problemsIn(agent.lines)).toContainEqual(expect.stringMatching(words)), 5_000);
});
