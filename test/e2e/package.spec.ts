import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { freePort } from '../support/free-port.js';
import { waitForPaths } from '../support/gauges.js';
import { blocksFor } from '../support/page-checks.js';
import { command, installIn, packPackage } from '../support/packed-package.js';
import { Program } from '../support/program.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { type Stage, stagePerSuite, stagePerTest } from '../support/stage.js';

/** What the page shows, in its order. */
const EXAMPLES = ['agent-in-express', 'two-agents', 'proxy-in-fastify'];
const LIMIT_MS = 300_000;

const shown = blocksFor('embedding');
const shownAs = (...languages: string[]): string[] =>
  shown.filter(({ language }) => languages.includes(language)).map(({ text }) => text);

/** What the page has installed beside the package, in the versions that the tests run with. */
const VERSIONS: Readonly<Record<string, string>> = {
  '@nestjs/common': '12.5.1',
  '@nestjs/core': '12.5.1',
  '@nestjs/platform-express': '12.5.1',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  'prom-client': '15.1.3',
};
/** What an application in TypeScript has anyhow, and the platform of the one that is made with Fastify. */
const OF_THE_HOST = ['@nestjs/platform-fastify@12.5.0', 'typescript@6.0.3', '@types/node@24.19.2'];

/** The packages that the page's one command installs, the package itself left out. */
function shownPackages(): string[] {
  const [install = ''] = shownAs('sh');
  const [, , ...packages] = install.trim().split(' ');
  expect(packages).toEqual(expect.arrayContaining(['prometheus-proxy-node', ...Object.keys(VERSIONS)]));
  return packages
    .filter((name) => name !== 'prometheus-proxy-node')
    .map((name) => `${name}@${VERSIONS[name]}`);
}

describe('the packed package, in an empty folder', () => {
  const suite = stagePerSuite();
  const stage = stagePerTest();
  let folder: string;

  beforeAll(async () => {
    folder = await suite.tempDir();
    await installIn(folder, await packPackage(suite), [...shownPackages(), ...OF_THE_HOST]);
    const examples = shownAs('ts');
    expect(examples).toHaveLength(EXAMPLES.length);
    await Promise.all(
      EXAMPLES.map((name, index) => writeFile(join(folder, `${name}.ts`), examples[index] ?? '')),
    );
    await writeFile(join(folder, 'tsconfig.json'), shownAs('json')[0] ?? '');
    await command(folder, 'npx', ['tsc', '-p', '.']);
  }, LIMIT_MS);

  const start = (name: string, env: Record<string, string>, on: Stage = stage): Program =>
    new Program(on, process.execPath, [join(folder, `${name}.js`)], { cwd: folder, env });

  it('brings its bill of materials', async () => {
    const file = join(folder, 'node_modules/prometheus-proxy-node/sbom.cdx.json');

    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
  });

  it('runs both programs', async () => {
    const ports = { http: await freePort(), agent: await freePort(), metrics: await freePort() };
    const bin = join(folder, 'node_modules/.bin');
    const proxy = new Program(stage, join(bin, 'prometheus-proxy'), [
      '--port',
      String(ports.http),
      '--agent_port',
      String(ports.agent),
    ]);
    await proxy.waitForPorts([ports.http, ports.agent]);
    const metrics = `http://127.0.0.1:${ports.metrics}/metrics`;
    const args = [
      `-Dagent.pathConfigs.0.name=own`,
      `-Dagent.pathConfigs.0.path=own`,
      `-Dagent.pathConfigs.0.url=${metrics}`,
      '--proxy',
      `127.0.0.1:${ports.agent}`,
      '--metrics',
      '--metrics_port',
      String(ports.metrics),
    ];
    const agent = new Program(stage, join(bin, 'prometheus-agent'), args);

    const body = await scrapedFrom(`http://127.0.0.1:${ports.http}/own`);

    expect(body).toContain('agent_connected');
    for (const program of [agent, proxy]) {
      program.signal('SIGTERM');
      expect(await program.waitForExit(15_000)).toEqual({ code: 0, signal: null });
    }
  });

  it('puts an agent into an Express application, as the page on embedding says', async () => {
    const proxy = await ProxyProcess.start(stage);
    const port = await freePort();
    const app = start('agent-in-express', { PROXY: `127.0.0.1:${proxy.ports.agent}`, PORT: String(port) });
    await app.waitForPorts([port]);
    await waitForPaths(proxy, 2);

    await (await fetch(`http://127.0.0.1:${port}/orders`)).text();

    expect((await scrape(proxy.url('shop/orders'))).body.toString()).toContain('orders_total 1');
    app.signal('SIGTERM');
    await app.waitForExit(15_000);
    await waitForPaths(proxy, 0);
  });

  it('puts two agents into one application', async () => {
    const [east, west] = [await ProxyProcess.start(stage), await ProxyProcess.start(stage)];

    start('two-agents', { EAST: `127.0.0.1:${east.ports.agent}`, WEST: `127.0.0.1:${west.ports.agent}` });

    await waitForPaths(east, 1);
    await waitForPaths(west, 1);
  });

  it('puts a proxy with an authenticator of its host into a Fastify application', async () => {
    const ports = { SCRAPE_PORT: await freePort(), AGENT_PORT: await freePort(), PORT: await freePort() };
    const env = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
    const app = start('proxy-in-fastify', env);
    await app.waitForPorts(Object.values(ports));

    expect(await (await fetch(`http://127.0.0.1:${ports.PORT}/`)).text()).toBe('at home\n');
    await AgentProcess.start(stage, {
      proxyPort: ports.AGENT_PORT,
      paths: ['team-a/x', 'team-b/x'].map((path) => ({ path, url: 'http://127.0.0.1:1/' })),
      config: { agentToken: 'secret-of-a' },
    });
    const reasonOf = async (path: string): Promise<unknown> =>
      (await scrape(`http://127.0.0.1:${ports.SCRAPE_PORT}/${path}`)).headers['x-proxy-reason'];
    await expect.poll(() => reasonOf('team-a/x'), { timeout: 20_000 }).toBe('target_unreachable');
    expect(await reasonOf('team-b/x')).toBe('invalid_path');
  });
});

/** The body of the first scrape that succeeds. */
async function scrapedFrom(url: string): Promise<string> {
  let body = '';
  await expect
    .poll(
      async () => {
        const result = await scrape(url);
        body = result.body.toString();
        return result.status;
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe(200);
  return body;
}
