import { beforeAll, describe, expect, it } from 'vitest';
import { startHttpsTarget } from '../../apps/agent/src/testing/https-target.js';
import { type AgentPath, AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority, type KeyPairFiles } from '../support/certificates.js';
import { expectFailure } from '../support/failed-scrape.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answers, answersAfter } from '../support/target-behaviours.js';
import { findTinyproxy, Tinyproxy } from '../support/tinyproxy-process.js';

type Settings = Record<string, unknown>;

const isMissing = findTinyproxy() === undefined;
const title = 'an agent behind a tinyproxy';
const user = { name: 'agent', password: 'hush' };

describe.skipIf(isMissing)(isMissing ? `${title}, not installed` : title, () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  const large = Buffer.alloc(3_000_000, 'x');
  let authority: CertificateAuthority;
  let server: KeyPairFiles;
  let target: HttpTarget;

  beforeAll(async () => {
    authority = await CertificateAuthority.create(await suite.tempDir());
    server = await authority.issue('server');
    target = await HttpTarget.start(suite, {
      '/metrics': answersAfter(0, 'up 1\n'),
      '/large': answers(large),
    });
  });

  const plain = (): AgentPath => ({ path: 'plain', url: target.url('/metrics') });

  const start = async (
    paths: readonly AgentPath[],
    config: Settings,
    more: { proxy?: Settings; env?: Record<string, string> } = {},
  ): Promise<{ proxy: ProxyProcess; agent: AgentProcess }> => {
    const proxy = await ProxyProcess.start(stage, { config: more.proxy ?? {} });
    const settings = { proxyPort: proxy.ports.agent, paths, config, env: more.env ?? {} };
    const agent = await AgentProcess.start(stage, settings);
    return { proxy, agent };
  };

  it('asks targets through it, https ones in a tunnel, with credentials', async () => {
    const tinyproxy = await Tinyproxy.start(stage, { user });
    const secured = await startHttpsTarget(stage, server);
    const paths = [plain(), { path: 'secured', url: secured.url() }];
    const egress = { targetProxy: tinyproxy.url('agent:hush@'), noProxy: [] };
    const { proxy } = await start(paths, { egress, http: { trustStorePath: authority.certificate } });
    await waitForPaths(proxy, 2);

    const answered = await Promise.all(['plain', 'secured'].map((path) => scrape(proxy.url(path))));

    expect(answered.map(({ body }) => body.toString())).toEqual(['up 1\n', 'up 1\n']);
    expect(tinyproxy.requests.toSorted()).toEqual([
      `CONNECT localhost:${secured.port} HTTP/1.1`,
      expect.stringMatching(/^GET (http:\/\/127\.0\.0\.1:\d+)?\/metrics HTTP\/1\.1$/),
    ]);
    expect(target.requestsFor('/metrics').at(-1)?.headers['proxy-authorization']).toBeUndefined();
  });

  it('says in a failed scrape that its credentials are not taken, and never shows them', async () => {
    const tinyproxy = await Tinyproxy.start(stage, { user });
    const secured = await startHttpsTarget(stage, server);
    const paths = [{ path: 'secured', url: secured.url() }];
    const egress = { targetProxy: tinyproxy.url('agent:s3cret@'), noProxy: [] };
    const { proxy, agent } = await start(paths, { egress });
    await waitForPaths(proxy, 1);

    const answer = await scrape(proxy.url('secured'));

    const phrase = /the HTTP proxy 127\.0\.0\.1:\d+ asks for other credentials/;
    expectFailure(answer, { status: 502, reason: 'target_unreachable', phrase, withinMs: 3_000 });
    expect(agent.program.output).not.toContain('s3cret');
  });

  it('keeps its link through it, in plain text', async () => {
    const tinyproxy = await Tinyproxy.start(stage, { user });
    const paths = [plain(), { path: 'large', url: target.url('/large') }];
    const egress = { linkProxy: tinyproxy.url('agent:hush@'), noProxy: [] };
    const { proxy, agent } = await start(paths, { egress });
    await waitForPaths(proxy, 2);

    expect((await scrape(proxy.url('plain'))).status).toBe(200);
    expect((await scrape(proxy.url('large'))).body.length).toBe(large.length);
    expect(tinyproxy.requests).toEqual([`CONNECT 127.0.0.1:${proxy.ports.agent} HTTP/1.1`]);
    await agent.stop();
  });

  it('keeps its link through it, with TLS up to the proxy', async () => {
    const tinyproxy = await Tinyproxy.start(stage);
    const tls = { trustCertCollectionFilePath: authority.certificate };
    const own = { tls: { certChainFilePath: server.certificate, privateKeyFilePath: server.key } };
    const config = { egress: { linkProxy: tinyproxy.url(), noProxy: [] }, tls };
    const { proxy } = await start([plain()], config, { proxy: own });
    await waitForPaths(proxy, 1);

    expect((await scrape(proxy.url('plain'))).status).toBe(200);
    expect(tinyproxy.requests).toHaveLength(1);
  });

  it('logs why there is no way through it', async () => {
    const tinyproxy = await Tinyproxy.start(stage, { connectPorts: [443] });
    const { proxy, agent } = await start([plain()], { egress: { linkProxy: tinyproxy.url(), noProxy: [] } });

    const words = `the HTTP proxy 127.0.0.1:${tinyproxy.port} does not connect to 127.0.0.1:${proxy.ports.agent} (403)`;
    await expect.poll(() => agent.program.output, { timeout: 10_000 }).toContain(words);
  });

  it('takes the usual variables only when it is told to', async () => {
    const tinyproxy = await Tinyproxy.start(stage);
    const url = tinyproxy.url();
    const env = { http_proxy: url, https_proxy: url, HTTP_PROXY: url, HTTPS_PROXY: url, grpc_proxy: url };
    const unasked = await start([plain()], {}, { env });
    await waitForPaths(unasked.proxy, 1);
    await scrape(unasked.proxy.url('plain'));
    expect(tinyproxy.requests).toEqual([]);

    const asked = await start([plain()], { egress: { fromEnvironment: true, noProxy: [] } }, { env });
    await waitForPaths(asked.proxy, 1);
    expect((await scrape(asked.proxy.url('plain'))).status).toBe(200);

    expect(tinyproxy.requests).toHaveLength(2);
  });
});
