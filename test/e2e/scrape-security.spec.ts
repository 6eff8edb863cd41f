import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority, type KeyPairFiles } from '../support/certificates.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { PrometheusProcess } from '../support/prometheus-process.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { findPrometheus } from '../support/real-programs.js';
import { stagePerSuite } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';

const SOON = { timeout: 20_000, interval: 200 };
const TOKEN = 'bearer-s3cret-0123456789';
const PASSWORD = 'basic-s3cret-0123456789';

for (const major of [2, 3] as const) {
  const program = findPrometheus(major);
  const title = `Prometheus ${major} that has to prove who it is`;

  describe.skipIf(program === undefined)(program === undefined ? `${title}, not installed` : title, () => {
    const stage = stagePerSuite();
    let authority: CertificateAuthority;
    let client: KeyPairFiles;
    let target: HttpTarget;
    let proxy: ProxyProcess;
    let prometheus: PrometheusProcess;
    let passwordFile: string;
    let serverFiles: KeyPairFiles;

    const config = (auth: readonly object[]): Record<string, unknown> => ({
      http: {
        tls: {
          certChainFilePath: serverFiles.certificate,
          privateKeyFilePath: serverFiles.key,
          trustCertCollectionFilePath: authority.certificate,
        },
        auth,
      },
      service: {
        discovery: {
          enabled: true,
          startupHoldSecs: 0,
          targetPrefix: 'https://127.0.0.1:1',
        },
      },
    });
    const credentials = (): object[] => [
      { name: 'site-a', token: TOKEN, paths: ['a*'] },
      { name: 'all', username: 'prometheus', passwordFile, paths: [] },
    ];
    const errorOf = async (job: string): Promise<string> => (await prometheus.target(job)).lastError;

    beforeAll(async () => {
      const folder = await stage.tempDir();
      authority = await CertificateAuthority.create(folder);
      client = await authority.issue('client');
      serverFiles = await authority.issue('server');
      passwordFile = join(folder, 'password');
      await writeFile(passwordFile, `${PASSWORD}\n`);
      target = await HttpTarget.start(stage, { '/metrics': answersAfter(0, 'up_to_now 1\n') });
      proxy = await ProxyProcess.start(stage, { config: config(credentials()) });
      await AgentProcess.start(stage, {
        proxyPort: proxy.ports.agent,
        paths: ['a1', 'b1'].map((path) => ({ path, url: target.url('/metrics') })),
      });
      await waitForPaths(proxy, 2);
      prometheus = await PrometheusProcess.start(stage, program!, scrapeConfigs());
    });

    const scrapeConfigs = (): string => {
      const tls = (pair?: KeyPairFiles): object => ({
        ca_file: authority.certificate,
        ...(pair === undefined ? {} : { cert_file: pair.certificate, key_file: pair.key }),
      });
      const job = (name: string, path: string, more: object): object => ({
        job_name: name,
        scheme: 'https',
        metrics_path: path,
        scrape_interval: '1s',
        scrape_timeout: '1s',
        tls_config: tls(client),
        static_configs: [{ targets: [`127.0.0.1:${proxy.ports.http}`] }],
        ...more,
      });
      // Prometheus 2 leaves the type out of what it sends for http_sd, unless it is told.
      const bearer = { authorization: { type: 'Bearer', credentials: TOKEN } };
      const basic = { basic_auth: { username: 'prometheus', password: PASSWORD } };
      const jobs = [
        job('bearer', '/a1', bearer),
        job('beyond', '/b1', bearer),
        job('basic', '/b1', basic),
        job('wrong', '/a1', { authorization: { credentials: `${TOKEN}x` } }),
        job('nothing', '/a1', {}),
        job('uncertified', '/a1', { ...bearer, tls_config: tls() }),
        {
          ...job('found', '/', bearer),
          static_configs: undefined,
          http_sd_configs: [
            {
              url: `https://127.0.0.1:${proxy.ports.http}/discovery`,
              refresh_interval: '1s',
              tls_config: tls(client),
              ...bearer,
            },
          ],
        },
      ];
      return JSON.stringify({ scrape_configs: jobs });
    };

    it('scrapes with a token or a user, what each may', async () => {
      await expect.poll(() => prometheus.value('up{job="bearer"}'), SOON).toBe(1);
      await expect.poll(() => prometheus.value('up{job="basic"}'), SOON).toBe(1);

      await expect.poll(() => errorOf('beyond'), SOON).toMatch(/403 credential "site-a" may not scrape \/b1/);
      await expect.poll(() => errorOf('wrong'), SOON).toMatch(/401 the credentials of the scraper are not/);
      await expect.poll(() => errorOf('nothing'), SOON).toMatch(/401 the proxy asks for credentials/);
      await expect.poll(() => errorOf('uncertified'), SOON).toMatch(/tls|certificate/i);
      expect(target.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
      expect(proxy.program.output).not.toMatch(new RegExp(`${TOKEN}|${PASSWORD}`));
    });

    it('finds by http_sd only the paths that its credential may scrape', async () => {
      const found = async (): Promise<string[]> =>
        (await prometheus.targets())
          .filter(({ labels }) => labels['job'] === 'found')
          .map(({ scrapeUrl }) => scrapeUrl);

      await expect.poll(found, SOON).toEqual(['https://127.0.0.1:1/a1']);
    });

    it('is turned away once its credential was taken from the file, and let in when it is back', async () => {
      await proxy.configure(config(credentials().slice(1)));
      await expect.poll(() => prometheus.value('up{job="bearer"}'), SOON).toBe(0);
      await writeFile(passwordFile, 'another-0123456789\n');
      await expect.poll(() => prometheus.value('up{job="basic"}'), SOON).toBe(0);

      await writeFile(passwordFile, PASSWORD);
      await proxy.configure(config(credentials()));

      await expect.poll(() => prometheus.value('up{job="bearer"}'), SOON).toBe(1);
      await expect.poll(() => prometheus.value('up{job="basic"}'), SOON).toBe(1);
    });

    it('sees the new certificate of the scrape port without a restart of the proxy', async () => {
      const renewed = await authority.issue('renewed');
      await copyFile(renewed.key, serverFiles.key);
      await copyFile(renewed.certificate, serverFiles.certificate);

      await expect
        .poll(() => proxy.program.output, SOON)
        .toMatch(/changed certificates of the scrape port are in force/);
      await expect.poll(() => prometheus.value('up{job="bearer"}'), SOON).toBe(1);
    });
  });
}
