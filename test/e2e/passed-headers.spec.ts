import type { IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pathConfig, startTestAgent } from '../../apps/agent/src/testing/test-agent.js';
import { ScriptedProxy } from '../../apps/agent/src/testing/scripted-proxy.js';
import { ProxyUnderTest } from '../../apps/proxy/src/testing/proxy-under-test.js';
import { WireAgent } from '../../apps/proxy/src/testing/wire-agent.js';
import { CAPABILITIES } from '@app/protocol';
import { expositionOf } from '../support/exposition-text.js';
import { type Behaviour, HttpTarget } from '../support/http-target.js';
import type { ScrapeOptions } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';

const TIMEOUT = 'x-prometheus-scrape-timeout-seconds';
/** What every target gets, and every scraper. */
const TO_TARGET = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent', TIMEOUT];
const TO_SCRAPER = ['connection', 'content-length', 'content-type', 'date'];

const OF_SCRAPER = {
  'X-Tenant': 'north',
  Traceparent: '00-a-b-01',
  'X-Proxy-Lists': 'a',
  'X-Agent-Lists': 'b',
  Cookie: 'session=1',
  Forwarded: 'for=192.0.2.1',
  'X-Forwarded-For': '192.0.2.1',
  Range: 'bytes=0-1',
  'If-None-Match': '"x"',
  Connection: 'close, X-Hop',
  'X-Hop': 'c',
};

const OF_TARGET = {
  'X-Build': '17',
  'X-Proxy-Lists': 'a',
  'X-Agent-Lists': 'b',
  'Set-Cookie': 'session=1',
  Server: 'exporter',
  ETag: '"x"',
  'Cache-Control': 'no-store',
  Trailer: 'X-Late',
};

const LISTS = {
  proxy: {
    requestHeaders: ['X-Tenant', 'traceparent', 'X-Proxy-Lists', 'X-Hop'],
    responseHeaders: ['x-build', 'x-proxy-lists'],
  },
  agent: {
    requestHeaders: ['x-tenant', 'Traceparent', 'X-Agent-Lists', 'X-Hop'],
    responseHeaders: ['X-Build', 'x-agent-lists'],
  },
};

const small = 'up 1\n';
const medium = expositionOf(60_000);
const large = gzipSync(Buffer.from(Array.from({ length: 900_000 }, () => Math.floor(Math.random() * 256))));

const shows =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = OF_TARGET): Behaviour =>
  (_request, response) =>
    response.writeHead(200, { 'Content-Type': 'text/plain', ...headers }).end(body);

describe('headers that nobody has to know', () => {
  const stage = stagePerTest();

  const start = async (lists: Partial<typeof LISTS>, shareIdenticalScrapes = false) => {
    const target = await HttpTarget.start(stage, {
      '/small': shows(small),
      '/medium': shows(medium),
      '/large': shows(large, { ...OF_TARGET, 'Content-Encoding': 'gzip' }),
    });
    const proxy = await ProxyUnderTest.start(stage, { http: { ...lists.proxy, shareIdenticalScrapes } });
    const agent = await startTestAgent(
      { port: proxy.agentPort },
      {
        ...(lists.agent && { http: lists.agent }),
        pathConfigs: ['small', 'medium', 'large'].map((path) => pathConfig(path, target.url(`/${path}`))),
      },
    );
    stage.atEnd(() => agent.close());
    await expect.poll(() => agent.isConnected).toBe(true);
    return { target, proxy };
  };

  const scrape = async (
    proxy: ProxyUnderTest,
    path: string,
    headers: ScrapeOptions['headers'] = OF_SCRAPER,
  ): Promise<Record<string, unknown>> => {
    const result = await proxy.scrape(path, { headers: { 'Accept-Encoding': 'gzip', ...headers } });
    expect(result.status).toBe(200);
    return result.headers;
  };

  it('are passed on in neither direction unless they are listed', async () => {
    const { target, proxy } = await start({});

    const answer = await scrape(proxy, 'small');

    expect(namesOf(target.requestsFor('/small')[0]?.headers)).toEqual(TO_TARGET);
    expect(namesOf(answer)).toEqual(TO_SCRAPER);
  });

  it.each(['proxy', 'agent'] as const)('are not passed on where only the %s lists them', async (side) => {
    const { target, proxy } = await start({ [side]: LISTS[side] });

    const answer = await scrape(proxy, 'small');

    expect(namesOf(target.requestsFor('/small')[0]?.headers)).toEqual(TO_TARGET);
    expect(namesOf(answer)).toEqual(TO_SCRAPER);
  });

  it.each(['small', 'medium', 'large'])(
    'are passed on where both list them, and no other is, with a %s body',
    async (path) => {
      const { target, proxy } = await start(LISTS);

      const answers = [await scrape(proxy, path), await scrape(proxy, path)];

      for (const { headers } of target.requestsFor(`/${path}`)) {
        expect(namesOf(headers)).toEqual([...TO_TARGET, 'traceparent', 'x-tenant'].toSorted());
        expect([headers['x-tenant'], headers['traceparent']]).toEqual(['north', '00-a-b-01']);
      }
      for (const headers of answers) {
        const beside = ['content-encoding', 'transfer-encoding', 'vary', ...TO_SCRAPER];
        expect(namesOf(headers).filter((name) => !beside.includes(name))).toEqual(['x-build']);
        expect(headers['x-build']).toBe('17');
      }
    },
  );

  it('tell scrapes apart that would be one fetch otherwise', async () => {
    const { target, proxy } = await start(LISTS, true);

    await Promise.all(
      ['north', 'south'].map((tenant) => scrape(proxy, 'small', { ...OF_SCRAPER, 'X-Tenant': tenant })),
    );

    const tenants = target.requestsFor('/small').map(({ headers }) => headers['x-tenant']);
    expect(new Set(tenants)).toEqual(new Set(['north', 'south']));
    expect(tenants).toHaveLength(2);
  });

  it('are not sent to an agent that does not know of them', async () => {
    const proxy = await ProxyUnderTest.start(stage, { http: LISTS.proxy });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const passed: unknown[] = [];
    agent.onScrape = ({ scrapeId, headers }) => {
      passed.push(headers);
      agent.answer(scrapeId, { contentAsText: small });
    };

    await scrape(proxy, 'app');

    expect(passed).toEqual([[]]);
  });

  it('are kept from the scraper when an agent makes them up', async () => {
    const proxy = await ProxyUnderTest.start(stage, { http: LISTS.proxy });
    const agent = await WireAgent.serving(stage, proxy.agentPort, ['app']);
    const headers = ['set-cookie', 'connection', 'content-length', 'x-other'].map((name) => ({
      name,
      value: '1',
    }));
    const injected = { name: 'x-build', value: '1\r\nSet-Cookie: session=1' };
    agent.onScrape = ({ scrapeId }) =>
      agent.answer(scrapeId, { contentAsText: small, headers: [...headers, injected] });

    expect(namesOf(await scrape(proxy, 'app'))).toEqual(TO_SCRAPER);
  });

  it('are kept from the target when a proxy makes them up', async () => {
    const target = await HttpTarget.start(stage, { '/small': shows(small) });
    const proxy = await ScriptedProxy.start({ capabilities: CAPABILITIES });
    stage.atEnd(() => proxy.kill());
    const agent = await startTestAgent(proxy, {
      http: LISTS.agent,
      pathConfigs: [pathConfig('small', target.url('/small'))],
    });
    stage.atEnd(() => agent.close());
    await expect.poll(() => proxy.isServed).toBe(true);
    const headers = ['host', 'authorization', 'cookie', 'transfer-encoding', 'x-other'].map((name) => ({
      name,
      value: 'forged',
    }));
    const injected = { name: 'x-tenant', value: 'a\r\nX-Injected: 1' };

    proxy.ask({ path: 'small', headers: [...headers, injected] });

    await expect.poll(() => target.seen.length).toBe(1);
    expect(namesOf(target.seen[0]?.headers)).toEqual(TO_TARGET);
    expect(target.seen[0]?.headers.host).toBe(`127.0.0.1:${target.port}`);
  });
});

function namesOf(headers: IncomingHttpHeaders | Record<string, unknown> = {}): string[] {
  return Object.keys(headers).toSorted();
}
