import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../../../../test/support/raw-request.js';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { outcomeOf, ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';

describe('the scrape port', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  const serving = async (...paths: string[]): Promise<WireAgent> => {
    const agent = await WireAgent.serving(stage, proxy.agentPort, paths);
    agent.answerAll('metrics');
    return agent;
  };

  it('hands on what a target needs to know, and the answer byte for byte', async () => {
    const agent = await serving('app');

    const result = await proxy.scrape('app?name[]=up&flag&x=%20y', {
      headers: { Accept: 'text/plain;q=0.5,*/*;q=0.1', Authorization: 'Basic eDp5', Cookie: 'a=b' },
    });

    expect(agent.requests[0]).toMatchObject({
      agentId: agent.agentId,
      path: 'app',
      encodedQueryParams: 'name[]=up&flag&x=%20y',
      accept: 'text/plain;q=0.5,*/*;q=0.1',
      authHeader: 'Basic eDp5',
      cancelled: false,
    });
    expect([result.status, result.body.toString(), result.headers['content-type']]).toEqual([
      200,
      'metrics',
      'text/plain',
    ]);
  });

  it.each([
    ['site-a/db1/metrics', 'site-a/db1/metrics'],
    ['site-a/db1/metrics', 'site%2Da/db1%2Fmetrics'],
    ['my%20app', 'my%20app'],
    ['my app', 'my%20app'],
    ['%C3%A4pp', '%c3%a4pp'],
    ['/slashed', 'slashed'],
    ['a'.repeat(1024), 'a'.repeat(1024)],
    ['a(b)', 'a(b)'],
    ['a:b*c', 'a:b*c'],
    ['a;b', 'a;b'],
  ])('serves the path %s when asked for /%s', async (registered, asked) => {
    await serving(registered);

    const result = await proxy.scrape(asked);

    expect([result.status, result.body.toString()]).toEqual([200, 'metrics']);
  });

  it.each(['my%20app', '/slashed', 'plain/path'])(
    'asks an agent for %s by the name that it registered',
    async (registered) => {
      const agent = await serving(registered);

      await proxy.scrape(registered.replace(/^\//, ''));

      expect(agent.requests[0]?.path).toBe(registered);
    },
  );

  it('knows paths by their case, and names near misses', async () => {
    await serving('App', 'app_metrics');

    const result = await proxy.scrape('app-metrics');

    expect(outcomeOf(result)).toBe('404 invalid_path');
    expect(result.statusMessage).toBe(
      'no agent has registered /app-metrics; near misses: /App, /app_metrics',
    );
  });

  it.each([
    ['/', /empty/],
    ['//app', /empty segment/],
    ['/app/', /empty segment/],
    ['/a/../b', /segment/],
    ['/%zz', /.+/],
    ['/a%', /.+/],
    ['/%ff', /.+/],
    ['/a%00b', /control/],
    ['/-/healthy', /belong to the proxy/],
    [`/${'a'.repeat(1025)}`, /1024/],
    ['/app?a"b', /query/],
    ['http://other/app', /must be a path/],
  ])('calls %j a bad request', async (target, words) => {
    const result = await rawRequest(proxy.httpPort, target);

    expect([result.status, /^X-Proxy-Reason: (\w+)/m.exec(result.text)?.[1]]).toEqual([400, 'bad_request']);
    expect(result.statusMessage).toMatch(words);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE'])(
    'allows GET and HEAD, not %s',
    async (method) => {
      await serving('app');

      const result = await proxy.scrape('app', {
        method,
        headers: { 'Content-Type': 'text/plain', Connection: 'keep-alive' },
      });

      expect(outcomeOf(result)).toBe('405 method_not_allowed');
      expect(result.headers).toMatchObject({ allow: 'GET, HEAD', connection: 'close' });
    },
  );

  it('answers HEAD without a scrape', async () => {
    const agent = await serving('app');

    const [known, unknown] = [
      await proxy.scrape('app', { method: 'HEAD' }),
      await proxy.scrape('none', { method: 'HEAD' }),
    ];

    expect([known.status, known.body.length, outcomeOf(unknown), unknown.body.length]).toEqual([
      200,
      0,
      '404 invalid_path',
      0,
    ]);
    expect(agent.requests).toEqual([]);
  });

  it('counts what it refuses', async () => {
    const count = (reason: string): Promise<number | undefined> =>
      proxy.metric('proxy_scrape_requests_total', { reason });
    const before = await Promise.all(['invalid_path', 'bad_request', 'method_not_allowed'].map(count));

    await proxy.scrape('none');
    await proxy.scrape('');
    await proxy.scrape('app', { method: 'POST' });

    const after = await Promise.all(['invalid_path', 'bad_request', 'method_not_allowed'].map(count));
    expect(after).toEqual(before.map((value) => (value ?? 0) + 1));
  });

  it('refuses methods that nobody routes with their reason, too', async () => {
    const result = await proxy.scrape('app', { method: 'PURGE' });

    expect(outcomeOf(result)).toBe('405 method_not_allowed');
  });

  it('does not repeat what a malformed path and its query say', async () => {
    const result = await proxy.scrape('%zz?token=secret');

    expect(outcomeOf(result)).toBe('400 bad_request');
    expect(`${result.statusMessage} ${result.body.toString()}`).not.toContain('secret');
  });
});
