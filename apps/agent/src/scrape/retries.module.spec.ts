import { describe, expect, test } from 'vitest';
import { answerOf, openServed, openTarget } from '../testing/stage.js';

const capable = { capabilities: ['failure-code', 'scrape-budget', 'scrape-cancel'] };

describe('retries', () => {
  test('follow a 5xx and end with the first success', async () => {
    let count = 0;
    const target = await openTarget((_request, response) => {
      count += 1;
      response.statusCode = count === 1 ? 503 : 200;
      response.end('up 1\n');
    });
    const { proxy } = await openServed(target, { scrapeMaxRetries: 2, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 8_000 }));

    expect(response).toMatchObject({ validResponse: true, statusCode: 200 });
    expect(target.requests.map(({ headers }) => headers['x-retry-count'])).toEqual([undefined, '1']);
  });

  test('come no sooner than the target asks for', async () => {
    const atMs: number[] = [];
    const target = await openTarget((_request, response) => {
      atMs.push(performance.now());
      response.writeHead(atMs.length === 1 ? 503 : 200, { 'retry-after': '3' });
      response.end('up 1\n');
    });
    const { proxy } = await openServed(target, { scrapeMaxRetries: 1, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 8_000 }));

    const [first = 0, second = 0] = atMs;
    expect(response.statusCode).toBe(200);
    expect(second - first).toBeGreaterThan(2_900);
  });

  test('follow a connection that breaks', async () => {
    let count = 0;
    const target = await openTarget((request, response) => {
      count += 1;
      if (count === 1) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('up');
        setImmediate(() => request.socket.destroy());
      } else {
        response.end('up 1\n');
      }
    });
    const { proxy } = await openServed(target, { scrapeMaxRetries: 1, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 8_000 }));

    expect(response).toMatchObject({ validResponse: true, contentAsText: 'up 1\n' });
  });

  test('do not follow a time-out', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { scrapeMaxRetries: 2, script: capable });

    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 400 }));

    expect(response).toMatchObject({ statusCode: 408, failureCode: 'upstream_timed_out' });
    expect(target.requests).toHaveLength(1);
  });

  test('do not follow a 4xx', async () => {
    const target = await openTarget((_request, response) => {
      response.statusCode = 400;
      response.end();
    });
    const { proxy } = await openServed(target, { scrapeMaxRetries: 2 });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response.statusCode).toBe(400);
    expect(target.requests).toHaveLength(1);
  });

  test('that would come too late are not waited for', async () => {
    const target = await openTarget((_request, response) => {
      response.statusCode = 500;
      response.end();
    });
    const { proxy } = await openServed(target, { scrapeMaxRetries: 2, script: capable });

    const startedAtMs = performance.now();
    const response = await answerOf(proxy, proxy.ask({ path: 'app', budgetMillis: 900 }));

    expect(response.statusCode).toBe(500);
    expect(performance.now() - startedAtMs).toBeLessThan(800);
    expect(target.requests).toHaveLength(1);
  });
});
