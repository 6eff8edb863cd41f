import { describe, expect, it } from 'vitest';
import { DebugSections, HealthChecks, packageVersion } from './index.js';
import { admin, metrics, start } from './testing/operations-program.module.js';

describe('the admin pages', () => {
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
      /^test [\d.]+\nUptime: (?:\d+[dhm] )*\d+s\nAdmin: port \d+, \/ping\nMetrics: port \d+, \/metrics\n\nPaths: 3\n$/,
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
});
