import { expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { selfSigned } from '../support/certificates.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { readMetrics } from '../support/metrics-page.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter, hangs } from '../support/target-behaviours.js';
import { TcpRelay } from '../support/tcp-relay.js';

const stage = stagePerTest();

it('an agent that pings finds out that its link is dead, without any heartbeat', async () => {
  const target = await HttpTarget.start(stage, { '/metrics': answersAfter(0, 'up 1\n') });
  const proxy = await ProxyProcess.start(stage);
  const relay = await TcpRelay.start(stage, proxy.ports.agent);
  const agent = await AgentProcess.start(stage, {
    proxyPort: relay.port,
    paths: [{ path: 'app', url: target.url('/metrics') }],
    config: { internal: { heartbeatEnabled: false, reconnectPauseSecs: 1 } },
    args: ['--keepalive_time_secs', '1', '--keepalive_timeout_secs', '1'],
  });
  // Its path is registered a moment earlier.
  await expect.poll(() => agent.program.output).toMatch(/"connected to proxy"/);

  relay.stall();
  await expect.poll(() => agent.program.output, { timeout: 12_000 }).toMatch(/disconnected from proxy/);
  relay.cut();
  relay.heal();

  await expect.poll(() => relay.connectionCount, { timeout: 15_000 }).toBeGreaterThan(1);
  await waitForPaths(proxy, 1);
});

it.each(['plaintext', 'TLS'])(
  'a proxy finds out that the link of an agent is dead, and tells scrapes: %s',
  async (security) => {
    const target = await HttpTarget.start(stage, { '/metrics': hangs() });
    const { certificate, key } = await selfSigned(await stage.tempDir(), 'proxy');
    const isEncrypted = security === 'TLS';
    const proxy = await ProxyProcess.start(stage, {
      config: {
        grpc: { keepAliveTimeSecs: 1, keepAliveTimeoutSecs: 1 },
        ...(isEncrypted && { tls: { certChainFilePath: certificate, privateKeyFilePath: key } }),
      },
    });
    const relay = await TcpRelay.start(stage, proxy.ports.agent);
    const agent = await AgentProcess.start(stage, {
      proxyPort: relay.port,
      paths: [{ path: 'app', url: target.url('/metrics') }],
      config: {
        internal: { heartbeatEnabled: false },
        ...(isEncrypted && { tls: { trustCertCollectionFilePath: certificate } }),
      },
    });
    await expect.poll(() => agent.program.output).toMatch(/"connected to proxy"/);

    const waiting = scrape(proxy.url('app'));
    await expect.poll(() => target.requestsFor('/metrics').length).toBe(1);
    relay.stall();
    const answers = [await waiting, await scrape(proxy.url('app'))];

    expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual([
      [502, expect.stringContaining('it answered no ping within 1s')],
      [503, expect.stringContaining('it answered no ping within 1s')],
    ]);
  },
);

it('an idle agent outlives the time after which the proxy evicts one, by messages on its streams alone', async () => {
  const target = await HttpTarget.start(stage, { '/metrics': answersAfter(0, 'up 1\n') });
  const internal = { maxAgentInactivitySecs: 2, staleAgentCheckPauseSecs: 1 };
  const proxy = await ProxyProcess.start(stage, { config: { internal } });
  await AgentProcess.start(stage, {
    proxyPort: proxy.ports.agent,
    paths: [{ path: 'app', url: target.url('/metrics') }],
    config: { internal: { heartbeatMaxInactivitySecs: 1 } },
  });
  await waitForPaths(proxy, 1);

  const heartbeats = async (): Promise<number> =>
    (await readMetrics(proxy.ports.metrics)).sum('proxy_heartbeat_count_total') ?? 0;
  await expect.poll(heartbeats, { timeout: 15_000 }).toBeGreaterThan(3);

  const page = await readMetrics(proxy.ports.metrics);
  const [connects, evictions, unknown] = ['connect_count', 'eviction_count', 'unknown_results'].map((name) =>
    page.sum(`proxy_${name}_total`),
  );
  expect([connects, evictions, unknown]).toEqual([1, 0, 0]);
});
