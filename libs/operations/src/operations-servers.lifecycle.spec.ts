import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AdminOptions,
  DebugSections,
  frameworkLogger,
  HealthChecks,
  ListenError,
  type MetricsOptions,
  METRICS_REGISTRY,
  OperationsModule,
  OperationsServers,
  packageVersion,
} from './index.js';
import { createLogger } from './logger.js';

const admin: AdminOptions = {
  enabled: true,
  port: 0,
  bindAddress: '127.0.0.1',
  pingPath: 'ping',
  versionPath: '/version',
  healthCheckPath: 'healthcheck',
  threadDumpPath: 'threaddump',
  debugEnabled: false,
};
const metrics: MetricsOptions = {
  enabled: true,
  port: 0,
  bindAddress: '127.0.0.1',
  path: 'metrics',
  legacyNames: false,
};
const silent = createLogger({ program: 'test', level: 'off', format: 'json' });

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe('the operations servers', () => {
  it('answer ping, version and health at the configured paths, uncached', async () => {
    const { url } = await start({ admin });

    const ping = await fetch(url('/ping'));
    const version = await fetch(url('/version'));

    expect([ping.status, ping.headers.get('content-type'), await ping.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'pong\n',
    ]);
    expect(ping.headers.get('cache-control')).toBe('must-revalidate,no-cache,no-store');
    const body = await version.text();
    expect(JSON.parse(body)).toEqual({
      version: packageVersion(),
      release_date: expect.stringMatching(/^\d\d\/\d\d\/\d{4}$/) as string,
      build_time: expect.stringMatching(/^\w{3} \d\d\/\d\d\/\d\d \d\d:\d\d:\d\d$/) as string,
    });
    expect(body.endsWith('}\n')).toBe(true);
  });

  it('do not serve a page whose path is blank, nor one that nobody asked for', async () => {
    const { url } = await start({ admin: { ...admin, pingPath: '', healthCheckPath: ' ' } });

    const statuses = await Promise.all(
      ['/ping', '/healthcheck', '/', '/metrics'].map(async (path) => (await fetch(url(path))).status),
    );

    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it('show the state of the program when debugging is on, and what the process is busy with', async () => {
    const { url, app } = await start({ admin: { ...admin, debugEnabled: true }, metrics });
    app.get(DebugSections).add(() => ['Paths: 3']);

    const debug = await fetch(url('/debug'));
    const dump = await fetch(url('/threaddump'));

    expect(debug.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await debug.text()).toMatch(
      /^test [\d.]+\nUptime: \d+s\nAdmin: port \d+, \/ping\nMetrics: port \d+, \/metrics\n\nPaths: 3\n$/,
    );
    expect(await dump.text()).toMatch(/^Process \d+, .*\n(.*\n)+Active resources:\n/);
  });

  it('serve no debug page unless debugging is on', async () => {
    const { url } = await start({ admin: { ...admin, threadDumpPath: '' } });

    const statuses = await Promise.all(
      ['/debug', '/threaddump'].map(async (path) => (await fetch(url(path))).status),
    );

    expect(statuses).toEqual([404, 404]);
  });

  it('show health as prometheus-proxy does, and 500 while a check is unhealthy', async () => {
    const { url, app } = await start({ admin });
    const state = { healthy: true };
    const checks = app.get(HealthChecks);
    checks.add({ name: 'b_check', scopes: ['healthcheck'], check: () => ({ ...state, message: 'size 3' }) });
    checks.add({ name: 'a_check', scopes: ['healthcheck'], check: () => ({ healthy: true }) });
    checks.add({ name: 'other', scopes: ['readyz'], check: () => ({ healthy: false }) });

    const healthy = await fetch(url('/healthcheck'));
    state.healthy = false;
    const unhealthy = await fetch(url('/healthcheck?pretty=true'));
    const quiet = await fetch(url('/healthcheck?httpStatusIndicator=false'));

    expect([healthy.status, unhealthy.status, quiet.status]).toEqual([200, 500, 200]);
    expect(healthy.headers.get('content-type')).toMatch(/^application\/json/);
    const members = (await healthy.json()) as Record<string, object>;
    expect(Object.keys(members)).toEqual(['a_check', 'b_check']);
    expect(members['b_check']).toEqual({
      healthy: true,
      message: 'size 3',
      duration: expect.any(Number) as number,
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(await unhealthy.text()).toContain('\n  "b_check": {\n    "healthy": false');
  });

  it('count a check that throws as unhealthy, and say 501 when there is none', async () => {
    const { url, app } = await start({ admin });

    const none = await fetch(url('/healthcheck'));
    app.get(HealthChecks).add({
      name: 'broken',
      scopes: ['healthcheck'],
      check: () => {
        throw new TypeError('no such thing');
      },
    });
    const broken = await fetch(url('/healthcheck'));

    expect([none.status, broken.status]).toEqual([501, 500]);
    expect(await broken.json()).toMatchObject({
      broken: { healthy: false, error: { type: 'TypeError', message: 'no such thing' } },
    });
  });

  it('answer livez and readyz in the shape of Terminus', async () => {
    const { url, app } = await start({ admin });
    const state = { healthy: true };
    app
      .get(HealthChecks)
      .add({ name: 'link', scopes: ['readyz'], check: () => ({ ...state, message: 'x' }) });

    const ready = await fetch(url('/readyz'));
    state.healthy = false;
    const notReady = await fetch(url('/readyz'));
    const live = await fetch(url('/livez'));

    expect([ready.status, notReady.status, live.status]).toEqual([200, 503, 200]);
    expect(await ready.json()).toMatchObject({
      status: 'ok',
      info: { link: { status: 'up', message: 'x' } },
    });
    expect(await notReady.json()).toMatchObject({ status: 'error', error: { link: { status: 'down' } } });
    expect(await live.json()).toMatchObject({ status: 'ok', details: {} });
  });

  it('serve the metrics as text and as OpenMetrics, in any order, by GET and by POST', async () => {
    const { app, metricsUrl } = await start({ metrics });
    const registry = app.get<Registry>(METRICS_REGISTRY);
    new Counter({ name: 'proxy_things_total', help: 'Things', registers: [registry] }).inc(3);
    const asText = (): Promise<Response> => fetch(metricsUrl('/metrics'), { headers: { accept: '*/*' } });
    const openMetrics = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

    const open = await fetch(metricsUrl('/metrics'), { headers: { accept: openMetrics }, method: 'POST' });
    const text = await asText();

    expect(open.status).toBe(200);
    expect(open.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(await open.text()).toContain(
      '\n# HELP proxy_things Things\n# TYPE proxy_things counter\nproxy_things_total 3\n# EOF\n',
    );
    expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await text.text()).toContain(
      '\n# HELP proxy_things_total Things\n# TYPE proxy_things_total counter\nproxy_things_total 3\n',
    );
  });

  it('serve only the metrics that were asked for by name', async () => {
    const { app, metricsUrl } = await start({ metrics });
    const registry = app.get<Registry>(METRICS_REGISTRY);
    new Gauge({ name: 'one', help: 'One', registers: [registry] }).set(1);
    new Gauge({ name: 'two', help: 'Two', registers: [registry] }).set(2);
    new Gauge({ name: 'three', help: 'Three', registers: [registry] }).set(3);

    const byQuery = await fetch(metricsUrl('/metrics?name[]=one&name[]=three'));
    const byForm = await fetch(metricsUrl('/metrics'), {
      method: 'POST',
      body: new URLSearchParams({ 'name[]': 'two' }),
    });

    expect((await byQuery.text()).match(/^\w+ \d$/gm)).toEqual(['one 1', 'three 3']);
    expect((await byForm.text()).match(/^\w+ \d$/gm)).toEqual(['two 2']);
  });

  it('show a sampler that throws as NaN and keep the rest of the page', async () => {
    const { app, metricsUrl } = await start({ metrics });
    const registry = app.get<Registry>(METRICS_REGISTRY);
    const collect = (): never => {
      throw new Error('gone');
    };
    registry.registerMetric(new Gauge({ name: 'broken', help: 'Broken', registers: [], collect }));
    new Gauge({ name: 'whole', help: 'Whole', registers: [registry] }).set(1);

    const page = await (await fetch(metricsUrl('/metrics'))).text();

    expect(page.match(/^(broken|whole) \w+$/gm)).toEqual(['broken Nan', 'whole 1']);
  });

  it('are one server when both have the same port', async () => {
    const port = await freePort();

    const { app } = await start({ admin: { ...admin, port }, metrics: { ...metrics, port } });

    expect(app.get(OperationsServers)).toMatchObject({ adminPort: port, metricsPort: port });
    const pages = ['/ping', '/metrics', '/readyz'].map((path) => fetch(`http://127.0.0.1:${port}${path}`));
    expect((await Promise.all(pages)).map((page) => page.status)).toEqual([200, 200, 200]);
  });

  it('are two at two addresses, and each is reached at its own alone', async () => {
    const port = await freePort();
    const elsewhere = { ...metrics, port, bindAddress: '127.0.0.2' };

    await start({ admin: { ...admin, port }, metrics: elsewhere });

    const pages = ['127.0.0.1', '127.0.0.2'].flatMap((host) =>
      ['/ping', '/metrics'].map(async (path) => (await fetch(`http://${host}:${port}${path}`)).status),
    );
    expect(await Promise.all(pages)).toEqual([200, 404, 404, 200]);
  });

  it('say which option to change when a port is taken, and leave nothing listening', async () => {
    const port = await freePort();
    const taken = await takePort();

    const starting = start({ admin: { ...admin, port }, metrics: { ...metrics, port: taken } });

    await expect(starting).rejects.toThrow(ListenError);
    await expect(starting).rejects.toThrow(
      `port ${taken} is taken: choose another with app.metrics.port (--metrics_port`,
    );
    await expect(fetch(`http://127.0.0.1:${port}/ping`)).rejects.toThrow('fetch failed');
  });

  it('listen on every interface when no address is given, and on none when disabled', async () => {
    const everywhere = await start({ admin: { ...admin, bindAddress: '' } });
    const nowhere = await start({});

    const ping = await fetch(`http://127.0.0.1:${everywhere.app.get(OperationsServers).adminPort}/ping`);

    expect(ping.status).toBe(200);
    expect(nowhere.app.get(OperationsServers)).toMatchObject({
      adminPort: undefined,
      metricsPort: undefined,
    });
  });

  it.each([
    ['keeps its connection', 'GET /ping HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['never finishes a request', 'GET /ping HTTP/1.1\r\nHost: x\r\n\r\nPOST /ping HTTP/1.1\r\nHost:'],
  ])('close in time though a client %s', async (_, text) => {
    const { app } = await start({ admin });
    const socket = connect(app.get(OperationsServers).adminPort ?? 0, '127.0.0.1');
    const isClosed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(text);
    await new Promise((resolve) => socket.once('data', resolve));

    const startMs = performance.now();
    await app.close();

    await isClosed;
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});

async function start(pages: { admin?: AdminOptions; metrics?: MetricsOptions }): Promise<{
  app: INestApplicationContext;
  url: (path: string) => string;
  metricsUrl: (path: string) => string;
}> {
  const options = {
    program: 'test',
    prefix: 'app',
    admin: pages.admin ?? { ...admin, enabled: false },
    metrics: pages.metrics ?? { ...metrics, enabled: false },
  };
  @Module({ imports: [OperationsModule.forRoot(options)] })
  class Program {}
  const app = await NestFactory.createApplicationContext(Program, {
    logger: frameworkLogger(silent),
    abortOnError: false,
  });
  opened.push(app);
  const servers = app.get(OperationsServers);
  return {
    app,
    url: (path) => `http://127.0.0.1:${servers.adminPort}${path}`,
    metricsUrl: (path) => `http://127.0.0.1:${servers.metricsPort}${path}`,
  };
}

async function takePort(): Promise<number> {
  const server = await listening();
  opened.push(server);
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
