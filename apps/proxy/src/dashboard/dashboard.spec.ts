import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

const dashboard = { enabled: true, port: 0, refreshIntervalSecs: 1 };
const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;b&gt;`;

describe('the dashboard', () => {
  const stage = stagePerTest();
  const start = (options: object = {}): Promise<ProxyUnderTest> =>
    ProxyUnderTest.start(stage, { dashboard: { ...dashboard, ...options } });
  const get = (proxy: ProxyUnderTest, path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${proxy.dashboardPort}${path}`, { redirect: 'manual', ...init });
  const page = async (proxy: ProxyUnderTest, path = '/dashboard'): Promise<string> =>
    (await get(proxy, path)).text();

  it('is off unless it is asked for', async () => {
    const proxy = await ProxyUnderTest.start(stage);

    expect(proxy.dashboardPort).toBeUndefined();
  });

  it.each([
    ['/', 302, '/dashboard'],
    ['/dashboard/paths', 302, '/dashboard#paths'],
    ['/dashboard/agents/7', 302, '/dashboard#agents'],
    ['/dashboard', 200, null],
    ['/dashboard/reasons', 200, null],
    ['/dashboard/assets/dashboard.js', 200, null],
    ['/dashboard/assets/..%2f..%2fmain.js', 404, null],
    ['/dashboard/assets/__proto__', 404, null],
    ['/else', 404, null],
  ])('answers %s with %d', async (path, status, location) => {
    const answer = await get(await start(), path);

    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
  });

  it('lets nothing inline run, nothing load from elsewhere, and nobody frame or keep it', async () => {
    const proxy = await start();

    for (const path of ['/dashboard', '/dashboard/assets/dashboard.js', '/else']) {
      const { headers } = await get(proxy, path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const text = await page(proxy);
    expect(text).not.toMatch(
      / style=|<style| on\w+=|<script(?! src="dashboard\/assets\/dashboard\.js")|https?:\/\//,
    );
  });

  it('escapes whatever agents and scrapers say', async () => {
    const proxy = await start();
    const agent = await WireAgent.serving(stage, proxy.agentPort, [], {
      agentName: HOSTILE,
      hostName: HOSTILE,
    });
    await agent.registerPath('app', {
      targetUrl: `http://x/${HOSTILE}`,
      labels: JSON.stringify({ a: HOSTILE }),
    });
    await agent.registerPath(`a//${HOSTILE}`);
    agent.onScrape = ({ scrapeId }) =>
      agent.answer(scrapeId, { validResponse: false, statusCode: 503, failureReason: HOSTILE });
    await proxy.scrape('app');
    await proxy.scrape(encodeURIComponent(HOSTILE));
    (
      await WireAgent.serving(stage, proxy.agentPort, ['gone'], { agentName: HOSTILE, hostName: 'x' })
    ).vanish();
    await expect.poll(() => page(proxy)).toContain('Departed agents <span class="count" data-count>1<');

    const text = await page(proxy, `/dashboard?q=${encodeURIComponent('<')}`);
    const filtered = await page(proxy, `/dashboard?q=${encodeURIComponent(HOSTILE)}`);

    expect(text.match(/&quot;&gt;&lt;script&gt;alert/g)?.length).toBeGreaterThan(8);
    expect(text + filtered).not.toMatch(/<script>|<img|onerror='/);
    expect(filtered).toContain('value="&quot;&gt;&lt;script&gt;');
  });

  it('shows no credentials and no query values', async () => {
    const proxy = await start();
    const agent = await WireAgent.serving(stage, proxy.agentPort, []);
    await agent.registerPath('app', { targetUrl: 'http://user:hunter2@db/metrics?token=hunter2' });
    agent.onScrape = ({ scrapeId }) =>
      agent.answer(scrapeId, {
        validResponse: false,
        statusCode: 503,
        failureReason: 'no route to http://user:hunter2@db/metrics?token=hunter2',
      });
    await proxy.scrape('app?secret=hunter2');

    const text = await page(proxy);

    expect(text).toContain('http://***@db/metrics?token=***');
    expect(text).not.toContain('hunter2');
  });

  it('tells who waits for a path and who was refused one, until they have it', async () => {
    const proxy = await start();
    const holder = await WireAgent.serving(stage, proxy.agentPort, ['app'], { agentName: 'holder' });
    await WireAgent.serving(stage, proxy.agentPort, ['app'], { agentName: 'older', hostName: 'x' });
    const newer = new WireAgent(stage, proxy.agentPort);
    await newer.connect();
    await newer.register({ agentName: 'newer', capabilities: ['scrape-budget'] });
    expect((await newer.registerPath('app')).valid).toBe(false);

    const before = await page(proxy);
    holder.vanish();

    expect(before).toContain('agent holder on host serves it; this one takes over when that leaves');
    expect(before).toContain('Path /app is held by agent holder on host, which is alive');
    await expect.poll(() => page(proxy)).not.toContain('this one takes over when that leaves');
  });

  it('is a page of its own at the root, too', async () => {
    const proxy = await start({ path: '/' });

    const text = await page(proxy, '/');

    expect(text).toContain('src="assets/dashboard.js"');
    expect((await get(proxy, '/assets/dashboard.css')).status).toBe(200);
    expect(await page(proxy, '/reasons')).toContain('href="./"');
  });

  it('is compressed for who takes that, and the same for who does not', async () => {
    const proxy = await start();
    const plain = await get(proxy, '/dashboard/reasons', { headers: { 'accept-encoding': 'identity' } });
    const small = await get(proxy, '/dashboard/reasons', { headers: { 'accept-encoding': 'gzip' } });

    expect([plain.headers.get('content-encoding'), small.headers.get('content-encoding')]).toEqual([
      null,
      'gzip',
    ]);
    expect(await small.text()).toBe(await plain.text());
  });

  it('tells open pages what changes, and hangs up when the proxy leaves', async () => {
    const proxy = await start();
    const [, version = ''] = /data-version="(.*?)"/.exec(await page(proxy)) ?? [];
    const events = await openEvents(proxy, `since=${version}`);

    await WireAgent.serving(stage, proxy.agentPort, ['app'], { agentName: 'edge' });

    await expect.poll(() => events.text).toMatch(/event: change\nid: .*\ndata: {.*\/app.*edge.*}\n\n/);
    await proxy.close();
    await expect.poll(() => events.isOver).toBe(true);
  });

  it('sends all of it to a page that shows something it does not know', async () => {
    const proxy = await start();
    await WireAgent.serving(stage, proxy.agentPort, ['app'], { agentName: 'edge' });

    const events = await openEvents(proxy, 'since=another-run:7&q=edge');

    await expect.poll(() => events.text).toContain('"order":["agents-1"]');
  });

  it('refuses more open pages than it may have', async () => {
    const proxy = await start();
    await Promise.all(Array.from({ length: 50 }, () => openEvents(proxy, '')));

    const answer = await get(proxy, '/dashboard/events');

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  });

  const openEvents = (proxy: ProxyUnderTest, query: string): Promise<{ text: string; isOver: boolean }> =>
    new Promise((resolve, reject) => {
      const events = { text: '', isOver: false };
      const call = request(`http://127.0.0.1:${proxy.dashboardPort}/dashboard/events?${query}`, (answer) => {
        answer.setEncoding('utf8').on('data', (text: string) => (events.text += text));
        answer.once('close', () => (events.isOver = true)).on('error', () => undefined);
        resolve(events);
      });
      call.once('error', reject).end();
      stage.atEnd(() => void call.destroy());
    });
});
