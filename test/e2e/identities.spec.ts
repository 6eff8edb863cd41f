import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority, type KeyPairFiles } from '../support/certificates.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { readMetrics } from '../support/metrics-page.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

type Settings = Record<string, unknown>;

/** Every token and part of one that must never be seen. */
const SECRET = 's3cret';
const LAST_RELOAD = 'proxy_config_last_reload_successful';
/** A change of a file is seen within the interval at which files are looked at. */
const SEEN_MS = 12_000;

describe('who may connect, and which paths each may have', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let target: HttpTarget;
  let server: KeyPairFiles;
  let certified: KeyPairFiles;
  let spiffe: KeyPairFiles;
  let authority: CertificateAuthority;

  beforeAll(async () => {
    target = await HttpTarget.start(suite, { '/metrics': answersAfter(0, 'up 1\n') });
    authority = await CertificateAuthority.create(await suite.tempDir());
    server = await authority.issue('server');
    certified = await authority.issue('certified', { names: ['DNS:agent-7.example', 'IP:10.1.2.3'] });
    spiffe = await authority.issue('spiffe', { names: ['URI:spiffe://example/site-b'] });
  });

  const startProxy = (config: Settings): Promise<ProxyProcess> => ProxyProcess.start(stage, { config });

  const metric = async (proxy: ProxyProcess, name: string): Promise<number | undefined> =>
    (await readMetrics(proxy.ports.metrics)).sum(name);

  const statusOf = async (proxy: ProxyProcess, path: string): Promise<number> =>
    (await scrape(proxy.url(path))).status;

  const agents: AgentProcess[] = [];
  const startAgent = async (
    proxy: ProxyProcess,
    name: string,
    paths: readonly string[],
    config: Settings,
  ): Promise<AgentProcess> => {
    const agent = await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      name,
      paths: paths.map((path) => ({ path, url: target.url('/metrics') })),
      config: { internal: { reconnectPauseSecs: 1 }, ...config },
    });
    agents.push(agent);
    return agent;
  };

  const connectsOf = async (agent: AgentProcess): Promise<number | undefined> =>
    (await readMetrics(agent.metricsPort)).sum('agent_connect_count_total', { type: 'success' });

  /** Nothing that anybody can read holds a token. */
  const expectNoSecret = async (proxy: ProxyProcess): Promise<void> => {
    const pages = await Promise.all([
      scrape(`http://127.0.0.1:${proxy.ports.metrics}/metrics`),
      scrape(proxy.url('nowhere')),
    ]);
    const seen = [proxy.program.output, ...agents.splice(0).map(({ program }) => program.output)];
    expect([...seen, ...pages.map(({ body }) => body.toString())].join('\n')).not.toContain(SECRET);
  };

  const identity = (name: string, paths: string[], token = `${SECRET}-${name}`): Settings => ({
    name,
    token,
    paths,
  });

  it('is a matter of the token: whoever has none or a wrong one stays outside, and paths are those of the identity', async () => {
    const proxy = await startProxy({ auth: [identity('a', ['site-a/*']), identity('b', ['b?'])] });
    await startAgent(proxy, 'a', ['site-a/x', 'site-b/x'], { agentToken: `${SECRET}-a` });
    await startAgent(proxy, 'b', ['b1', 'b12'], { agentToken: `${SECRET}-b` });
    const [none, wrong] = [
      await startAgent(proxy, 'none', ['site-a/none'], {}),
      await startAgent(proxy, 'wrong', ['site-a/wrong'], { agentToken: `${SECRET}-wrong` }),
    ];

    await waitForPaths(proxy, 2);
    for (const outsider of [none, wrong]) {
      await expect
        .poll(() => outsider.program.output, { timeout: 5_000 })
        .toMatch(/Missing or invalid agent token/);
    }

    const paths = ['site-a/x', 'b1', 'site-b/x', 'b12', 'site-a/none', 'site-a/wrong'];
    const statuses = await Promise.all(paths.map((path) => statusOf(proxy, path)));
    expect(statuses).toEqual([200, 200, 404, 404, 404, 404]);
    await expectNoSecret(proxy);
  });

  it('is a matter of the certificate, too, where identities name its subjects', async () => {
    const tls = {
      certChainFilePath: server.certificate,
      privateKeyFilePath: server.key,
      trustCertCollectionFilePath: authority.certificate,
    };
    const proxy = await startProxy({
      tls,
      auth: [
        { name: 'a', subjects: ['DNS:agent-7.example'], paths: ['a*'] },
        { name: 'b', subjects: ['URI:spiffe://example/site-b'], paths: ['b*'] },
        identity('token', ['t*']),
      ],
    });
    const withCertificate = ({ certificate, key }: KeyPairFiles): Settings => ({
      trustCertCollectionFilePath: authority.certificate,
      certChainFilePath: certificate,
      privateKeyFilePath: key,
    });
    const unnamed = await authority.issue('unnamed', { names: ['DNS:agent-8.example'] });

    await startAgent(proxy, 'a', ['a1', 'b1'], { tls: withCertificate(certified) });
    await startAgent(proxy, 'b', ['b2', 'a2'], { tls: withCertificate(spiffe) });
    await startAgent(proxy, 't', ['t3', 'a3'], {
      tls: withCertificate(unnamed),
      agentToken: `${SECRET}-token`,
    });
    const outsider = await startAgent(proxy, 'u', ['a4'], { tls: withCertificate(unnamed) });
    const wrong = await startAgent(proxy, 'w', ['a5'], {
      tls: withCertificate(certified),
      agentToken: 'not-the-token',
    });
    await waitForPaths(proxy, 3);
    await expect
      .poll(() => wrong.program.output, { timeout: 5_000 })
      .toMatch(/Missing or invalid agent token/);
    await expect
      .poll(() => outsider.program.output, { timeout: 5_000 })
      .toMatch(/Missing or invalid agent token/);

    const statuses = await Promise.all(
      ['a1', 'b2', 't3', 'b1', 'a2', 'a3', 'a4'].map((path) => statusOf(proxy, path)),
    );
    expect(statuses).toEqual([200, 200, 200, 404, 404, 404, 404]);
    await expectNoSecret(proxy);
  });

  it('changes with the file: sessions of changed and revoked identities end, and no others', async () => {
    const before = [
      identity('stays', ['s*']),
      identity('changes', ['c*']),
      identity('goes', ['g*']),
      identity('narrows', ['n*']),
    ];
    const proxy = await startProxy({ auth: before });
    const [stays, changes, goes, narrows] = [
      await startAgent(proxy, 'stays', ['s1'], { agentToken: `${SECRET}-stays` }),
      await startAgent(proxy, 'changes', ['c1'], { agentToken: `${SECRET}-changes` }),
      await startAgent(proxy, 'goes', ['g1'], { agentToken: `${SECRET}-goes` }),
      await startAgent(proxy, 'narrows', ['n1', 'n2'], { agentToken: `${SECRET}-narrows` }),
    ];
    await waitForPaths(proxy, 5);

    await proxy.configure({
      auth: [
        identity('stays', ['s*', 'more']),
        identity('changes', ['c*'], `${SECRET}-other`),
        identity('narrows', ['n2']),
      ],
    });
    await expect.poll(() => metric(proxy, 'proxy_path_map_size'), { timeout: SEEN_MS }).toBe(2);
    await expect.poll(() => connectsOf(narrows), { timeout: 5_000 }).toBe(2);
    for (const outsider of [changes, goes]) {
      await expect
        .poll(() => outsider.program.output, { timeout: 5_000 })
        .toMatch(/Missing or invalid agent token/);
    }
    await expect.poll(() => statusOf(proxy, 'n2'), { timeout: 5_000 }).toBe(200);

    expect(await Promise.all(['s1', 'n1', 'c1', 'g1'].map((path) => statusOf(proxy, path)))).toEqual([
      200, 503, 503, 503,
    ]);
    expect(await connectsOf(stays)).toBe(1);
    expect(proxy.program.output).toMatch(/the configuration was read again/);
    await expectNoSecret(proxy);
  });

  it('changes at SIGHUP, where there is no file to watch', async () => {
    let token = `${SECRET}-1`;
    const origin = await HttpTarget.start(stage, {
      '/proxy.conf': (_request, response) =>
        response.end(`proxy.auth = [{ name = a, token = ${token}, paths = [] }]`),
    });
    const proxy = await ProxyProcess.start(stage, { configUrl: origin.url('/proxy.conf') });
    const agent = await startAgent(proxy, 'a', ['a1'], { agentToken: token });
    await waitForPaths(proxy, 1);

    token = `${SECRET}-2`;
    proxy.program.signal('SIGHUP');
    await expect
      .poll(() => agent.program.output, { timeout: 5_000 })
      .toMatch(/Missing or invalid agent token/);

    expect(await metric(proxy, 'proxy_agent_map_size')).toBe(0);
    await expectNoSecret(proxy);
  });

  it('stays as it was when the file is broken, and the metric says so', async () => {
    const config = { auth: [identity('a', [])] };
    const proxy = await startProxy(config);
    const agent = await startAgent(proxy, 'a', ['a1'], { agentToken: `${SECRET}-a` });
    await waitForPaths(proxy, 1);

    const lastReloads: (number | undefined)[] = [await metric(proxy, LAST_RELOAD)];
    const broken = [
      `proxy { auth = [{ name = a, token = ${SECRET}-x`,
      { auth: [{ name: 'a', token: `${SECRET}-a`, paths: 'x' }] },
    ];
    for (const content of broken) {
      await proxy.configure(content);
      await expect.poll(() => metric(proxy, LAST_RELOAD), { timeout: SEEN_MS }).toBe(0);
      lastReloads.push(await statusOf(proxy, 'a1'));
      await proxy.configure(config);
      await expect.poll(() => metric(proxy, LAST_RELOAD), { timeout: SEEN_MS }).toBe(1);
    }

    expect(lastReloads).toEqual([1, 200, 200]);
    expect(await connectsOf(agent)).toBe(1);
    await expectNoSecret(proxy);
  });

  it('can stand in files of their own, on both sides, and follows these', async () => {
    const folder = await stage.tempDir();
    const [ours, theirs] = [join(folder, 'proxy-token'), join(folder, 'agent-token')];
    await Promise.all([ours, theirs].map((file) => writeFile(file, `${SECRET}-old\n`)));
    const proxy = await startProxy({ auth: [{ name: 'a', tokenFile: ours, paths: [] }] });
    const agent = await startAgent(proxy, 'a', ['a1'], { agentTokenFile: theirs });
    await waitForPaths(proxy, 1);

    await writeFile(ours, `${SECRET}-new\n`);
    await expect
      .poll(() => agent.program.output, { timeout: SEEN_MS })
      .toMatch(/Missing or invalid agent token/);
    await writeFile(theirs, `${SECRET}-new\n`);
    await waitForPaths(proxy, 1);
    await rm(ours);
    await expect.poll(() => metric(proxy, LAST_RELOAD), { timeout: SEEN_MS }).toBe(0);

    expect(await statusOf(proxy, 'a1')).toBe(200);
    await expectNoSecret(proxy);
  });
});
