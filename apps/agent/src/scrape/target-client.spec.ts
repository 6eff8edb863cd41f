import { describe, expect, test, vi } from 'vitest';
import { client, never, request, share, target } from '../testing/target-client-stage.js';

describe('what the target sees', () => {
  test('are the headers of a scrape and nothing else', async () => {
    const page = await target((_request, response) => response.end('ok'));

    await client().fetch(request(page.url('/metrics?a=b')), share(), never);

    const [seen] = page.requests;
    expect(seen?.url).toBe('/metrics?a=b');
    expect(seen?.headers).toEqual({
      host: `127.0.0.1:${page.port}`,
      connection: 'keep-alive',
      accept: '*/*',
      'accept-encoding': 'gzip',
      'user-agent': 'prometheus-agent/1.2.3',
      'x-prometheus-scrape-timeout-seconds': '9.457',
    });
  });

  test("is what the scraper accepts, and the scraper's Authorization", async () => {
    const page = await target((_request, response) => response.end('ok'));

    const scrape = request(page.url(), { accept: 'text/plain;version=0.0.4', authorization: 'Bearer abc' });
    await client().fetch(scrape, share(), never);

    expect(page.requests[0]?.headers).toMatchObject({
      accept: 'text/plain;version=0.0.4',
      authorization: 'Bearer abc',
    });
  });

  test("is the URL's own user and password in place of the scraper's", async () => {
    const page = await target((_request, response) => response.end('ok'));
    const url = page.url().replace('http://', 'http://me:p%40ss@');

    await client().fetch(request(url, { authorization: 'Bearer abc' }), share(), never);

    const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(page.requests[0]?.headers.authorization).toBe(expected);
  });

  test('is no Authorization of the scraper when that is turned off', async () => {
    const page = await target((_request, response) => response.end('ok'));

    const scrape = request(page.url(), { authorization: 'Bearer abc' });
    await client({ forwardAuthorization: false }).fetch(scrape, share(), never);

    expect(page.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('is never a header that carries another one', async () => {
    const page = await target((_request, response) => response.end('ok'));

    const scrape = request(page.url(), { authorization: 'Bearer abc\r\nX-Evil: 1' });
    const outcome = await client().fetch(scrape, share(), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'bad_request' });
    expect(JSON.stringify(outcome)).not.toContain('abc');
    expect(page.requests).toHaveLength(0);
  });
});

describe('an answer', () => {
  test('comes with its body as bytes and its headers verbatim', async () => {
    const page = await target((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; Version=0.0.4', 'content-encoding': 'GZIP' });
      response.end(Buffer.from([0xff, 0x00, 0xfe]));
    });

    const outcome = await client().fetch(request(page.url()), share(), never);

    expect(outcome).toMatchObject({
      kind: 'whole',
      head: { statusCode: 200, contentType: 'text/plain; Version=0.0.4', contentEncoding: 'gzip' },
      byteCount: 3,
      pieces: [Buffer.from([0xff, 0x00, 0xfe])],
    });
  });

  test('uses connections that are kept alive', async () => {
    const page = await target((_request, response) => response.end('ok'));
    const made = client();

    for (let scrape = 0; scrape < 20; scrape += 1) {
      await made.fetch(request(page.url()), share(), never);
    }

    // A scrape that follows at once may find the first connection not free yet.
    expect(page.connectionCount).toBeLessThanOrEqual(2);
    expect(made.originCount).toBe(1);
  });

  test('of an error keeps its connection when its body is short', async () => {
    const page = await target((_request, response) => {
      response.writeHead(500, { 'retry-after': '3' });
      response.end('went wrong');
    });
    const made = client();

    const first = await made.fetch(request(page.url()), share(), never);
    for (let scrape = 0; scrape < 20; scrape += 1) {
      await vi.waitFor(() => expect(page.openCount).toBe(0));
      await made.fetch(request(page.url()), share(), never);
    }

    expect(first).toMatchObject({ kind: 'refused', head: { statusCode: 500, retryAfterSecs: 3 } });
    expect(page.connectionCount).toBeLessThanOrEqual(2);
  });

  test('of an error that never ends is given up', async () => {
    const page = await target((_request, response) => {
      response.writeHead(500);
      response.write('and another thing');
    });

    const outcome = await client().fetch(request(page.url()), share(), never);

    expect(outcome.kind).toBe('refused');
    await vi.waitFor(() => expect(page.brokenCount).toBe(1), 3_000);
  });

  test('that sends elsewhere is not followed', async () => {
    const page = await target((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });

    const outcome = await client().fetch(request(page.url()), share(), never);

    expect(outcome).toMatchObject({ kind: 'refused', head: { statusCode: 302 } });
    expect(page.requests).toHaveLength(1);
  });
});
