import { beforeAll, describe, expect, it } from 'vitest';
import { HttpTarget, type SeenRequest } from '../support/http-target.js';
import { type Pair, startPair } from '../support/pair.js';
import { scrape, type ScrapeOptions } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

describe('what a target sees of a scrape', () => {
  const stage = stagePerSuite();
  let pair: Pair;
  let target: HttpTarget;

  beforeAll(async () => {
    target = await HttpTarget.start(stage, { '/metrics': answers('series 1\n') });
    const secret = target.url('/metrics').replace('http://', 'http://user%40site:p%3Ass@');
    pair = await startPair(stage, {
      paths: [
        { path: 'plain', url: target.url('/metrics') },
        { path: 'query', url: target.url('/metrics?module=tcp') },
        { path: 'secret', url: secret },
      ],
    });
  });

  const seenFor = async (path: string, options?: ScrapeOptions): Promise<SeenRequest> => {
    const before = target.seen.length;
    const result = await scrape(pair.proxy.url(path), options);
    expect(result.status).toBe(200);
    expect(target.seen).toHaveLength(before + 1);
    return target.seen[before]!;
  };

  it("is the scraper's Accept, a request for gzip and our own name", async () => {
    const { headers } = await seenFor('plain', {
      headers: { Accept: ACCEPT, 'User-Agent': 'Prometheus/3.0' },
    });

    expect(headers.accept).toBe(ACCEPT);
    expect(headers['accept-encoding']).toBe('gzip');
    expect(headers['user-agent']).toMatch(/^prometheus-agent\/\d+\.\d+\.\d+/);
  });

  it('is what is left of the deadline', async () => {
    const { headers } = await seenFor('plain', { timeoutSecs: 4 });

    const secs = Number(headers['x-prometheus-scrape-timeout-seconds']);
    expect(secs).toBeGreaterThan(3);
    expect(secs).toBeLessThan(4);
  });

  it('is no other header of the scraper', async () => {
    const { headers } = await seenFor('plain', { headers: { Cookie: 'a=b', 'X-Scope-OrgID': 'tenant' } });

    const known = ['host', 'connection', 'accept', 'accept-encoding', 'user-agent'];
    const names = Object.keys(headers).filter((name) => !known.includes(name));
    expect(names).toEqual(['x-prometheus-scrape-timeout-seconds']);
  });

  it('is the Authorization of the scraper, unless the target URL has its own', async () => {
    const headers = { Authorization: 'Bearer abc' };

    expect((await seenFor('plain', { headers })).headers.authorization).toBe('Bearer abc');
    expect((await seenFor('secret', { headers })).headers.authorization).toBe(
      `Basic ${Buffer.from('user@site:p:ss').toString('base64')}`,
    );
  });

  it.each([
    'a=1',
    'match[]=up&match[]=%7Bjob%3D~%22.%2A%22%7D',
    'a=%26%23%2F&flag&b=',
    'a=1&A=2&a=3',
    "q={job=~'.*'}",
    'next=http://elsewhere/',
    'a=b?c=d',
  ])('is the query verbatim: %s', async (query) => {
    expect((await seenFor(`plain?${query}`)).url).toBe(`/metrics?${query}`);
    expect((await seenFor(`query?${query}`)).url).toBe(`/metrics?module=tcp&${query}`);
  });

  it('is one connection for many scrapes', async () => {
    const before = target.connectionCount;

    for (let count = 0; count < 10; count++) await seenFor('plain');

    expect(target.connectionCount - before).toBeLessThanOrEqual(1);
  });
});
