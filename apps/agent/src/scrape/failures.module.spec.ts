import { describe, expect, test, vi } from 'vitest';
import { pathConfig } from '../testing/test-agent.js';
import { answerOf, openServed, openTarget } from '../testing/stage.js';

const capable = { capabilities: ['failure-code', 'scrape-budget', 'scrape-cancel'] };

describe('a scrape that fails', () => {
  test.each([
    [404, 'path_not_found'],
    [401, 'upstream_error'],
    [302, 'upstream_error'],
    [500, 'upstream_error'],
    [503, 'upstream_error'],
  ])("at a target that answers %i says the target's status", async (statusCode, failureCode) => {
    const target = await openTarget((_request, response) => {
      response.writeHead(statusCode, { 'content-type': 'text/html' });
      response.end('secret page');
    });
    const { proxy } = await openServed(target, { script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({
      validResponse: false,
      statusCode,
      failureCode,
      failureReason: `Unsuccessful response code ${statusCode}`,
      contentType: '',
      contentAsText: '',
      url: '',
    });
  });

  test('for a path the agent does not know says so', async () => {
    const target = await openTarget((_request, response) => response.end());
    const { proxy } = await openServed(target, { script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'other' }));

    expect(response).toMatchObject({
      validResponse: false,
      statusCode: 404,
      failureReason: 'Invalid path: other',
      failureCode: 'path_not_found',
    });
  });

  test('at a target that is not there says why', async () => {
    const target = await openTarget((_request, response) => response.end());
    const pathConfigs = [pathConfig('app', 'http://127.0.0.1:1/metrics')];
    const { proxy } = await openServed(target, { pathConfigs, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({
      statusCode: 503,
      failureReason: 'connection refused (127.0.0.1:1)',
      failureCode: 'target_unreachable',
    });
  });

  test('at a target that dies half-way is no answer', async () => {
    const target = await openTarget((_request, response) => {
      response.write('up 1\n', () => setTimeout(() => response.destroy(), 50));
    });
    const { proxy } = await openServed(target, { script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({
      validResponse: false,
      statusCode: 503,
      failureCode: 'target_unreachable',
    });
    expect(response.failureReason).toBe('the target closed the connection after 5 bytes of the body');
  });

  test('because the configured URL cannot be used says so', async () => {
    const target = await openTarget((_request, response) => response.end());
    const pathConfigs = [pathConfig('app', 'ftp://user:secret@host/')];
    const { proxy, agent } = await openServed(target, { pathConfigs, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', debugEnabled: true }));

    expect(response).toMatchObject({
      statusCode: 503,
      failureReason: 'the target URL is neither http nor https',
      url: 'ftp://***@host/',
    });
    expect(JSON.stringify(agent.lines)).not.toContain('secret');
  });

  test.each(['a=b c', 'a=b#c', 'a\r\nX-Evil: 1'])(
    'because of its query never reaches the target: %j',
    async (query) => {
      const target = await openTarget((_request, response) => response.end());
      const { proxy } = await openServed(target, { script: capable });

      const response = await answerOf(proxy, proxy.ask({ path: 'app', encodedQueryParams: query }));

      expect(response).toMatchObject({ validResponse: false, statusCode: 400, failureCode: 'bad_request' });
      expect(target.requests).toHaveLength(0);
    },
  );

  test('carries no code word to a proxy that did not announce it', async () => {
    const target = await openTarget((_request, response) => response.end());
    const { proxy } = await openServed(target);

    const response = await answerOf(proxy, proxy.ask({ path: 'other' }));

    expect(response.failureCode).toBe('');
  });
});

describe('a target that hangs', () => {
  test('is given up when the budget is used up, and its connection closed', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { script: capable });

    const startedAtMs = performance.now();
    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 300 }));

    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(response).toMatchObject({
      validResponse: false,
      statusCode: 408,
      failureReason: 'the target did not answer within 0.3 s',
      failureCode: 'upstream_timed_out',
    });
    await vi.waitFor(() => expect(target.openCount).toBe(0));
    const timeout = target.requests[0]?.headers['x-prometheus-scrape-timeout-seconds'];
    expect(Number(timeout)).toBeLessThanOrEqual(0.3);
    expect(Number(timeout)).toBeGreaterThan(0.1);
  });

  test("is given up after the agent's own limit when that was set on purpose", async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { scrapeTimeoutSecs: 1 });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 60_000 }));

    expect(response).toMatchObject({
      statusCode: 408,
      failureReason: 'the target did not answer within 1 s',
    });
  });

  test('in the middle of its body is given up too', async () => {
    const target = await openTarget((_request, response) => response.write('up 1\n'));
    const { proxy } = await openServed(target, { script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 300 }));

    expect(response).toMatchObject({ statusCode: 408, failureCode: 'upstream_timed_out' });
  });

  test('delays no other target', async () => {
    const target = await openTarget((request, response) =>
      request.url === '/fast' ? response.end('up 1\n') : undefined,
    );
    const pathConfigs = [pathConfig('slow', target.url('/slow')), pathConfig('fast', target.url('/fast'))];
    const { proxy } = await openServed(target, { pathConfigs, http: { maxConcurrentClients: 3 } });

    for (let scrape = 0; scrape < 20; scrape += 1) {
      proxy.ask({ path: 'slow', budgetMillis: 3_000 });
    }
    const response = await answerOf(proxy, proxy.ask({ path: 'fast' }));

    expect(response.contentAsText).toBe('up 1\n');
    expect(target.requests.filter((request) => request.url === '/slow')).toHaveLength(2);
  });

  test('is named by those who waited for it', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { script: capable, http: { maxConcurrentPerTarget: 1 } });
    proxy.ask({ path: 'app', budgetMillis: 5_000 });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 300 }));

    expect(response).toMatchObject({
      statusCode: 408,
      failureReason: 'waited 0.3 s for earlier scrapes of the same target, which did not answer',
    });
  });

  test('does not count as the same target when the query differs', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { http: { maxConcurrentPerTarget: 1 } });

    proxy.ask({ path: 'app', encodedQueryParams: 'module=a' });
    proxy.ask({ path: 'app', encodedQueryParams: 'module=b' });

    await vi.waitFor(() => expect(target.openCount).toBe(2));
  });
});

describe('too many scrapes', () => {
  test('wait for a place among all, and say so when their time is over', async () => {
    const target = await openTarget(() => undefined);
    const pathConfigs = [pathConfig('a', target.url('/a')), pathConfig('b', target.url('/b'))];
    const { proxy } = await openServed(target, {
      pathConfigs,
      script: capable,
      http: { maxConcurrentClients: 1 },
    });
    proxy.ask({ path: 'a', budgetMillis: 5_000 });

    const response = await answerOf(proxy, proxy.ask({ path: 'b', budgetMillis: 300 }));

    expect(response).toMatchObject({ statusCode: 503, failureCode: 'overloaded' });
    expect(target.requests).toHaveLength(1);
  });

  test('are turned away at once beyond the bound on those who wait', async () => {
    const target = await openTarget(() => undefined);
    const http = { maxConcurrentPerTarget: 1 };
    const { proxy } = await openServed(target, { http, script: capable, limits: { maxScrapesWaiting: 2 } });
    for (let scrape = 0; scrape < 3; scrape += 1) {
      proxy.ask({ path: 'app', budgetMillis: 5_000 });
    }

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 5_000 }));

    expect(response).toMatchObject({ statusCode: 503, failureCode: 'overloaded' });
    expect(response.failureReason).toBe('too many scrapes wait for their turn in the agent');
  });
});

describe('a scrape that nobody waits for any more', () => {
  test('is aborted at the target and not answered', async () => {
    const target = await openTarget((request, response) =>
      request.url === '/next' ? response.end() : undefined,
    );
    const pathConfigs = [pathConfig('app', target.url()), pathConfig('next', target.url('/next'))];
    const { proxy } = await openServed(target, { pathConfigs, script: capable });
    const scrapeId = proxy.ask({ path: 'app', scrapeId: 0 });
    await vi.waitFor(() => expect(target.openCount).toBe(1));

    proxy.cancel(scrapeId);

    await vi.waitFor(() => expect(target.openCount).toBe(0));
    await answerOf(proxy, proxy.ask({ path: 'next', scrapeId: 7 }));
    expect(proxy.responseOf(scrapeId)).toBeUndefined();
  });

  test('leaves the queue, so that it never reaches the target', async () => {
    const target = await openTarget((request, response) => {
      if (request.url?.endsWith('/first') !== true) {
        response.end('up 1\n');
      }
    });
    const http = { maxConcurrentClients: 1 };
    const pathConfigs = ['first', 'second', 'third'].map((path) => pathConfig(path, target.url(`/${path}`)));
    const { proxy } = await openServed(target, { pathConfigs, http, script: capable });
    const first = proxy.ask({ path: 'first' });
    const second = proxy.ask({ path: 'second' });
    const third = proxy.ask({ path: 'third' });
    await vi.waitFor(() => expect(target.openCount).toBe(1));

    proxy.cancel(second);
    proxy.cancel(first);
    await answerOf(proxy, third);

    expect(target.requests.map((request) => request.url)).toEqual(['/first', '/third']);
  });
});

test('the URL that was asked is told on request, without credentials and query values', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const url = target.url('/metrics?token=abc').replace('http://', 'http://me:secret@');
  const { proxy } = await openServed(target, { pathConfigs: [pathConfig('app', url)] });

  const scrape = { path: 'app', debugEnabled: true, encodedQueryParams: 'module=http&flag' };
  const response = await answerOf(proxy, proxy.ask(scrape));

  expect(response.url).toBe(`http://***@127.0.0.1:${target.port}/metrics?token=***&module=***&flag`);
  expect(target.requests[0]?.url).toBe('/metrics?token=abc&module=http&flag');
});
