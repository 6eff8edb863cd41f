import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Counter, Gauge, type Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListenError, METRICS_REGISTRY, OperationsServers } from './index.js';
import { admin, metrics, start } from './testing/operations-program.module.js';

describe('the operations servers', () => {
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

async function takePort(): Promise<number> {
  const server = await listening();
  onTestFinished(() => void server.close());
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
