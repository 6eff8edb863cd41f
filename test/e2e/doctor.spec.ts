import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { readMetrics } from '../support/metrics-page.js';
import { startOurProgram } from '../support/our-program.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

type Block = Readonly<Record<string, unknown>>;

const SECRET = 's3cret-0123456789';
const DISCOVERY = {
  service: { discovery: { enabled: true, startupHoldSecs: 0, targetPrefix: 'http://127.0.0.1:1/' } },
};

describe('doctor', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let target: HttpTarget;
  let authority: CertificateAuthority;
  let proxy: ProxyProcess;

  beforeAll(async () => {
    target = await HttpTarget.start(suite, {
      '/metrics': answersAfter(0, 'up 1\n'),
      '/html': (_request, response) => {
        response.setHeader('Content-Type', 'text/html');
        response.end('<!doctype html><p>hello</p>');
      },
      '/hangs': () => undefined,
      '/locked': (_request, response) => response.writeHead(401).end(),
    });
    authority = await CertificateAuthority.create(await suite.tempDir());
    proxy = await ProxyProcess.start(suite, { config: { agentToken: SECRET } });
  });

  /** What an examination printed, without a secret in it, and its exit status. */
  async function examine(
    program: 'agent' | 'proxy',
    block: Block,
    args: readonly string[] = [],
  ): Promise<{ text: string; status: number | null }> {
    const file = join(await stage.tempDir(), 'doctor.conf');
    await writeFile(file, JSON.stringify({ [program]: block }));
    const process = startOurProgram(stage, program, ['doctor', '--config', file, ...args]);
    const { code } = await process.waitForExit(40_000);
    expect(process.output).not.toContain(SECRET);
    return { text: process.output, status: code };
  }

  const path = (name: string, page: string, more: Block = {}): Block => ({
    name,
    path: name,
    url: target.url(page),
    ...more,
  });
  const dialling = (port: number, hostname = '127.0.0.1'): Block => ({
    proxy: { hostname, port },
    agentToken: SECRET,
    pathConfigs: [path('app', '/metrics')],
  });

  it('of an agent finds all well, and disturbs no agent that runs under the same name', async () => {
    const agent = await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      name: 'edge',
      paths: [{ path: 'app', url: target.url('/metrics') }],
      config: { agentToken: SECRET },
    });
    await waitForPaths(proxy, 1);

    const { text, status } = await examine('agent', { ...dialling(proxy.ports.agent), name: 'edge' });
    const json = await examine('agent', dialling(proxy.ports.agent), ['--json']);

    expect(text).toMatch(/ok +token: accepted/);
    expect(text).toMatch(/ok +proxy: version \d+\.\d+\.\d+, can do all/);
    expect(text).toMatch(/ok +body: 1 samples/);
    expect(text).toMatch(/All well\.\n$/);
    expect(status).toBe(0);
    expect(JSON.parse(json.text)).toMatchObject({ program: 'prometheus-agent', ok: true, problems: 0 });
    expect((await scrape(proxy.url('app'))).status).toBe(200);
    expect((await readMetrics(agent.metricsPort)).sum('agent_connect_count_total')).toBe(1);
  });

  it('of an agent says what is wrong with the way to the proxy', async () => {
    const plain = await ProxyProcess.start(stage);
    const closed = await freePort();
    const trust = { trustCertCollectionFilePath: authority.certificate };
    const cases: [Block, RegExp][] = [
      [dialling(proxy.ports.agent, 'no-such-host.invalid'), /PROBLEM +name: the name no-such-host.invalid/],
      [dialling(closed), /PROBLEM +connection: 127\.0\.0\.1:\d+: ECONNREFUSED\n +-> nothing listens there/],
      [
        { ...dialling(proxy.ports.agent), agentToken: `${SECRET}-wrong` },
        /PROBLEM +token: Missing or invalid/,
      ],
      [{ ...dialling(plain.ports.agent), tls: trust }, /PROBLEM +TLS: the port answers in plain text/],
      [{ ...dialling(target.port), agentToken: '' }, /PROBLEM +gRPC: /],
    ];

    for (const [block, expected] of cases) {
      const { text, status } = await examine('agent', block);
      expect(text).toMatch(expected);
      expect(status).toBe(1);
    }
  });

  it('of an agent reads the certificate of the proxy', async () => {
    const stranger = await CertificateAuthority.create(await stage.tempDir(), 'stranger');
    const files = {
      expired: await authority.issue('expired', { expired: true }),
      other: await authority.issue('other', { names: ['DNS:elsewhere.example'] }),
      good: await authority.issue('good'),
    };
    const startTls = async ({ certificate, key }: { certificate: string; key: string }) =>
      ProxyProcess.start(stage, {
        config: { tls: { certChainFilePath: certificate, privateKeyFilePath: key } },
      });
    const seenBy = async (served: ProxyProcess, trusted: CertificateAuthority): Promise<string> => {
      const tls = { trustCertCollectionFilePath: trusted.certificate };
      return (await examine('agent', { ...dialling(served.ports.agent), tls })).text;
    };
    const good = await startTls(files.good);

    expect(await seenBy(await startTls(files.expired), authority)).toMatch(
      /PROBLEM +certificate: expired on/,
    );
    const misnamed = await seenBy(await startTls(files.other), authority);
    expect(misnamed).toMatch(/1 problem\.\n$|1 problem, /);
    expect(misnamed).toMatch(
      /PROBLEM +name in the certificate: is not 127\.0\.0\.1 but DNS:elsewhere\.example/,
    );
    expect(await seenBy(good, stranger)).toMatch(/PROBLEM +trust: the certificate was not signed by/);
    const well = await seenBy(good, authority);
    expect(well).toMatch(/ok +TLS: TLSv1\.3/);
    expect(well).toMatch(/(ok|WARNING) +certificate: .*20\d\d-/);
    expect(well).not.toMatch(/PROBLEM/);
  });

  it('of an agent judges paths and targets', async () => {
    const closed = await freePort();
    const { text, status } = await examine('agent', {
      ...dialling(proxy.ports.agent),
      scrapeTimeoutSecs: 1,
      pathConfigs: [
        path('html', '/html', { labels: { 'not-a-name': 1 } }),
        path('hangs', '/hangs'),
        path('locked', '/locked'),
        path('-/reserved', '/metrics'),
        { name: 'closed', path: 'closed', url: `http://user:${SECRET}@127.0.0.1:${closed}/` },
      ],
    });

    expect(text).toMatch(/PROBLEM +content type: text\/html .* Prometheus 3 refuses it/);
    expect(text).toMatch(/PROBLEM +body: is a page for people/);
    expect(text).toMatch(/WARNING +labels: label "not-a-name" dropped/);
    expect(text).toMatch(/PROBLEM +answer: did not come within 1 s/);
    expect(text).toMatch(/WARNING +answer: 401/);
    expect(text).toMatch(/PROBLEM +path: paths below \/-\/ belong to the proxy/);
    expect(text).toMatch(/PROBLEM +answer: connection refused/);
    expect(status).toBe(1);
  });

  it('reports a configuration that cannot be used, and takes no other command', async () => {
    const { text, status } = await examine('agent', { pathConfigs: [path('a', '/'), { name: 'b' }] });

    expect(text).toMatch(/PROBLEM +option: .*pathConfigs\[1\]\.path: is missing/);
    expect(status).toBe(1);
  });

  it('of a proxy tells a free port, its own and a stranger from one another', async () => {
    const [http, agent] = [await freePort(), await freePort()];
    const stranger = createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => stranger.listen(0, resolve));
    stage.atEnd(() => void stranger.close());
    const { port: taken } = stranger.address() as { port: number };
    const ofRunning = {
      http: { port: proxy.ports.http },
      agent: { port: proxy.ports.agent },
      metrics: { enabled: true, port: proxy.ports.metrics },
    };

    const free = await examine('proxy', { http: { port: http }, agent: { port: agent } });
    const running = await examine('proxy', ofRunning);
    const strange = await examine('proxy', { http: { port: taken }, agent: { port: agent } });

    expect(free.text).toMatch(/ok +scrape port: \d+ is free/);
    expect(free.status).toBe(0);
    expect(running.text.match(/is held by a running proxy/g)).toHaveLength(3);
    expect(running.status).toBe(0);
    expect(strange.text).toMatch(/PROBLEM +scrape port: \d+ is held by another program/);
    expect(strange.status).toBe(1);
  });

  it('of a proxy judges certificates, tokens and what Prometheus is told', async () => {
    const config = { ...DISCOVERY, auth: [{ name: 'site', token: 'short', paths: ['a*'] }] };
    const running = await ProxyProcess.start(stage, { config });
    await AgentProcess.start(stage, {
      proxyPort: running.ports.agent,
      paths: [{ path: 'app', url: target.url('/metrics') }],
      config: { agentToken: 'short' },
    });
    await waitForPaths(running, 1);
    const folder = join(await stage.tempDir(), 'tls');
    await mkdir(folder);
    const [one, other] = [await authority.issue('one'), await authority.issue('two')];
    const ports = { http: { port: running.ports.http }, agent: { port: running.ports.agent } };

    const told = await examine('proxy', { ...config, ...ports });
    const pair = await examine('proxy', {
      tls: { certChainFilePath: one.certificate, privateKeyFilePath: other.key },
      agentTokenFile: join(folder, 'missing'),
    });

    expect(told.text).toMatch(/WARNING +site: may register the paths a\*; its secret has fewer than 16/);
    expect(told.text).toMatch(
      /PROBLEM +address for Prometheus: http:\/\/127\.0\.0\.1:1 does not lead to a proxy/,
    );
    expect(told.text).toMatch(/ok +document: lists 1 targets/);
    expect(pair.text).toMatch(/PROBLEM +key of the agent port: does not belong to the certificate/);
    expect(pair.text).toMatch(/PROBLEM +tokens: proxy\.agentTokenFile: cannot read/);
  });
});
