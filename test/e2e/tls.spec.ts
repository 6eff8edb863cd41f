import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority, type KeyPairFiles, selfSigned } from '../support/certificates.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { readMetrics } from '../support/metrics-page.js';
import { startOurProgram } from '../support/our-program.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite, stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

type Settings = Record<string, unknown>;

const TRUSTED = 'tls.trustCertCollectionFilePath';

describe('the link between agent and proxy', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let directory: string;
  let authority: CertificateAuthority;
  let files: Record<'server' | 'misnamed' | 'expired' | 'client' | 'strange' | 'old' | 'self', KeyPairFiles>;
  let strangers: CertificateAuthority;
  let target: HttpTarget;

  beforeAll(async () => {
    directory = await suite.tempDir();
    authority = await CertificateAuthority.create(directory);
    strangers = await CertificateAuthority.create(directory, 'strangers');
    files = {
      server: await authority.issue('server'),
      misnamed: await authority.issue('misnamed', { names: ['DNS:proxy.example'] }),
      expired: await authority.issue('expired', { expired: true }),
      client: await authority.issue('client', { names: ['DNS:agent-7.example'] }),
      strange: await strangers.issue('strange', { names: ['DNS:agent-7.example'] }),
      old: await authority.issue('old', { names: ['DNS:agent-7.example'], expired: true }),
      self: await selfSigned(directory, 'self'),
    };
    target = await HttpTarget.start(suite, { '/metrics': answersAfter(0, 'up 1\n') });
  });

  const pair = ({ certificate, key }: KeyPairFiles): Settings => ({
    certChainFilePath: certificate,
    privateKeyFilePath: key,
  });
  const trusting = (ca: { certificate: string }): Settings => ({
    trustCertCollectionFilePath: ca.certificate,
  });

  const startProxy = (tls?: Settings, on = stage): Promise<ProxyProcess> =>
    ProxyProcess.start(on, { config: tls === undefined ? {} : { tls } });

  const startAgent = (
    proxy: ProxyProcess,
    tls: Settings = {},
    more: { config?: Settings; env?: Record<string, string> } = {},
  ): Promise<AgentProcess> =>
    AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      paths: [{ path: 'app', url: target.url('/metrics') }],
      config: { tls, ...more.config },
      ...(more.env === undefined ? {} : { env: more.env }),
    });

  /** What the agent port of a proxy shows and asks for. */
  const tlsOf: Readonly<Record<string, () => Settings | undefined>> = {
    plain: () => undefined,
    server: () => pair(files.server),
    misnamed: () => pair(files.misnamed),
    expired: () => pair(files.expired),
    self: () => pair(files.self),
    mutual: () => ({ ...pair(files.server), ...trusting(authority) }),
  };
  const proxies: Record<string, Promise<ProxyProcess>> = {};

  /** The one proxy of this kind; who uses it takes its agents away again. */
  const proxyOf = (kind: string): Promise<ProxyProcess> =>
    (proxies[kind] ??= startProxy(tlsOf[kind]?.(), suite));

  const expectServed = async (proxy: ProxyProcess): Promise<void> => {
    await waitForPaths(proxy, 1);
    expect(await scrape(proxy.url('app'))).toMatchObject({ status: 200 });
  };

  describe('serves scrapes', () => {
    it.each([
      ['in plain text', 'plain', () => ({}), 'plaintext'],
      ['over TLS', 'server', () => trusting(authority), 'TLS'],
      ['over mutual TLS', 'mutual', () => ({ ...pair(files.client), ...trusting(authority) }), 'mutual TLS'],
      [
        'over TLS under another name',
        'misnamed',
        () => ({ ...trusting(authority), overrideAuthority: 'proxy.example' }),
        'TLS',
      ],
      ['with a certificate that is trusted itself', 'self', () => trusting(files.self), 'TLS'],
    ])('%s', async (_name, kind, agentTls, encryption) => {
      const proxy = await proxyOf(kind);
      const agent = await startAgent(proxy, agentTls());

      await expectServed(proxy);

      expect(proxy.program.output).toMatch(new RegExp(`"?encryption"?[:=] ?"?${encryption}"?`));
      expect(agent.program.output).not.toMatch(/warn|DEP0/i);
      await agent.stop();
    });

    it('where only the system knows the authority', async () => {
      const proxy = await proxyOf('server');
      const env = { SSL_CERT_FILE: authority.certificate };
      const agent = await startAgent(proxy, { enabled: true }, { env });

      await expectServed(proxy);
      await agent.stop();
    });
  });

  describe('says in the agent’s log why there is none', () => {
    it.each([
      [
        'plain text at a TLS port',
        'server',
        () => ({}),
        /closed before a word was said; the proxy may expect TLS/,
      ],
      [
        'TLS at a plain text port',
        'plain',
        () => trusting(authority),
        /answers in plain text, but TLS is on here/,
      ],
      [
        'an unknown authority',
        'server',
        () => trusting(strangers),
        /not signed by an authority that this agent trusts/,
      ],
      [
        'an authority the system does not know',
        'server',
        () => ({ enabled: true }),
        /not signed by an authority/,
      ],
      ['a certificate nobody vouches for', 'self', () => trusting(authority), /not signed by an authority/],
      [
        'an expired certificate',
        'expired',
        () => trusting(authority),
        /the certificate of the proxy has expired/,
      ],
      [
        'a wrong name',
        'misnamed',
        () => trusting(authority),
        /is not for 127\.0\.0\.1 but for (other names|DNS:proxy\.example)/,
      ],
      [
        'no client certificate',
        'mutual',
        () => trusting(authority),
        /for a client certificate, and this agent has none/,
      ],
      ['plain text at a mutual TLS port', 'mutual', () => ({}), /the proxy may expect TLS/],
      [
        'a client certificate of strangers',
        'mutual',
        () => ({ ...pair(files.strange), ...trusting(authority) }),
        /the proxy does not accept the certificate of this agent.*valid until/,
      ],
      [
        'an expired client certificate',
        'mutual',
        () => ({ ...pair(files.old), ...trusting(authority) }),
        /the proxy does not accept the certificate of this agent.*expired on/,
      ],
    ])('%s', async (_name, kind, agentTls, words) => {
      const proxy = await proxyOf(kind);
      const agent = await startAgent(proxy, agentTls());

      await expect.poll(() => agent.program.output, { timeout: 10_000 }).toMatch(words);

      expect((await readMetrics(proxy.ports.metrics)).sum('proxy_path_map_size')).toBe(0);
      expect(agent.program.output).not.toMatch(/\n\s+at /);
      await agent.stop();
    });
  });

  describe('when files are rotated in place', () => {
    const presentedTo = (proxy: ProxyProcess): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connectTls(
          { port: proxy.ports.agent, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] },
          () => {
            resolve(String(socket.getPeerCertificate().subject.CN));
            socket.destroy();
          },
        );
        socket.once('error', reject);
      });

    const replace = async (at: KeyPairFiles, by: KeyPairFiles): Promise<void> => {
      await copyFile(by.key, at.key);
      await copyFile(by.certificate, at.certificate);
    };

    const copyOf = async (source: KeyPairFiles): Promise<KeyPairFiles> => {
      const folder = await stage.tempDir();
      const copy = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
      await replace(copy, source);
      return copy;
    };

    const connects = async (agent: AgentProcess): Promise<number | undefined> =>
      (await readMetrics(agent.metricsPort)).sum('agent_connect_count_total', { type: 'success' });

    it('gives new connections the new ones, leaves sessions alone, and keeps the last good ones', async () => {
      const live = await copyOf(files.server);
      const renewed = await authority.issue('renewed');
      const proxy = await startProxy(pair(live));
      const agent = await startAgent(proxy, trusting(authority));
      await expectServed(proxy);

      const before = await presentedTo(proxy);
      await replace(live, renewed);
      await expect.poll(() => presentedTo(proxy), { timeout: 12_000 }).toBe('renewed');
      await expect
        .poll(() => proxy.program.output)
        .toMatch(/changed certificates of the agent port are in force/);
      await writeFile(live.certificate, 'no certificate');
      await expect
        .poll(() => proxy.program.output, { timeout: 12_000 })
        .toMatch(/cannot be used; the last good ones stay/);

      expect([before, await presentedTo(proxy)]).toEqual(['server', 'renewed']);
      expect(await scrape(proxy.url('app'))).toMatchObject({ status: 200 });
      expect(await connects(agent)).toBe(1);
    });

    it('lets an agent take up its own at the next dial, and keep the last good ones', async () => {
      const own = await copyOf(files.strange);
      const proxy = await startProxy({ ...pair(files.server), ...trusting(authority) });
      const agent = await startAgent(
        proxy,
        { ...pair(own), ...trusting(authority) },
        { config: { internal: { reconnectPauseSecs: 1 } } },
      );
      await expect
        .poll(() => agent.program.output, { timeout: 10_000 })
        .toMatch(/does not accept the certificate/);

      await replace(own, files.client);
      await expectServed(proxy);
      await writeFile(own.key, 'no key');
      await proxy.program.kill();
      await proxy.startAgain();
      await expectServed(proxy);

      const output = agent.program.output;
      expect(output).toMatch(/cannot be used, its last good content is/);
      expect(output.match(/cannot be used, its last good content is/g)).toHaveLength(1);
      expect(output).not.toContain((await readFile(files.client.key, 'utf8')).split('\n')[1]);
    });
  });

  describe('ends the start of an agent, in words,', () => {
    it.each([
      [
        'when a file is missing',
        { [TRUSTED]: '/nowhere/ca.pem' },
        /agent\.tls\.trustCertCollectionFilePath: cannot read \/nowhere\/ca\.pem/,
      ],
      [
        'when half of a pair is missing',
        { 'tls.certChainFilePath': 'c.pem' },
        /agent\.tls\.certChainFilePath.*: is set, but agent\.tls\.privateKeyFilePath is not/,
      ],
    ])('%s', async (_name, options, words) => {
      const args = Object.entries(options).map(([key, value]) => `-Dagent.${key}=${value}`);
      const program = startOurProgram(stage, 'agent', ['--proxy', '127.0.0.1:1', ...args]);

      expect(await program.waitForExit(10_000)).toEqual({ code: 1, signal: null });
      expect(program.output).toMatch(words);
      expect(program.output).not.toMatch(/\n\s+at /);
    });
  });
});
