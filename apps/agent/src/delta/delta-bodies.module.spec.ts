import { gzipSync } from 'node:zlib';
import { bodyId, decodeFrame, idToWire } from '@app/delta';
import type { ScrapeResponseMessage } from '@app/protocol';
import { describe, expect, test } from 'vitest';
import { exposition } from '../../../../libs/delta/src/testing/edits.js';
import { answerOf, bodyOf, noise, openServed, openTarget } from '../testing/stage.js';
import type { ScriptedProxy } from '../testing/scripted-proxy.js';

interface Page {
  body: Buffer;
  contentType?: string;
}

/** A target that shows these pages one after the other, and the last one for ever; compressed for who takes that. */
async function openPages(...pages: Page[]) {
  return openTarget((request, response) => {
    const { body = Buffer.alloc(0), contentType = 'text/plain' } =
      (pages.length > 1 ? pages.shift() : pages[0]) ?? {};
    response.setHeader('content-type', contentType);
    if (request.headers['accept-encoding'] === 'gzip') {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
    } else {
      response.end(body);
    }
  });
}

const offer = (...bases: Buffer[]) => ({
  path: 'app',
  deltaOffer: { baseIds: bases.map((base) => idToWire(bodyId(base))) },
});

async function decoded({ deltaBody }: ScrapeResponseMessage, base?: Buffer): Promise<Buffer> {
  const outcome = await decodeFrame(deltaBody?.frame ?? Buffer.alloc(0), base, 10_000_000);
  if (outcome.kind !== 'ok') {
    throw new Error(outcome.kind);
  }
  expect(deltaBody?.bodyId).toEqual(idToWire(bodyId(outcome.bytes)));
  return outcome.bytes;
}

const first = exposition(20_000, 1);
const second = Buffer.concat([first, Buffer.from('one_more 1\n')]);
const asked = (
  proxy: ScriptedProxy,
  request: Parameters<ScriptedProxy['ask']>[0],
): Promise<ScrapeResponseMessage> => answerOf(proxy, proxy.ask(request));

describe('a body the proxy would keep', () => {
  test('travels whole as a frame, then as the difference to it, and is asked for without compression', async () => {
    const target = await openPages({ body: first }, { body: second });
    const { proxy } = await openServed(target);

    const whole = await asked(proxy, offer());
    const difference = await asked(proxy, offer(first));

    expect(await decoded(whole)).toEqual(first);
    expect([whole.contentType, whole.deltaBody?.baseId.length]).toEqual(['text/plain', 0]);
    expect(await decoded(difference, first)).toEqual(second);
    expect([difference.contentType, difference.deltaBody?.baseId]).toEqual(['', idToWire(bodyId(first))]);
    expect(difference.deltaBody?.frame.length).toBeLessThan(200);
    const codings = target.requests.map(({ headers }) => headers['accept-encoding']);
    expect(codings).toEqual(['gzip', 'identity']);
  });

  test('travels as the difference to the body before the last, when the last was lost', async () => {
    const target = await openPages({ body: first }, { body: second }, { body: first });
    const { proxy } = await openServed(target);
    await asked(proxy, offer());
    await asked(proxy, offer(first));

    const again = await asked(proxy, offer(first));

    expect(again.deltaBody?.baseId).toEqual(idToWire(bodyId(first)));
    expect(await decoded(again, first)).toEqual(first);
  });

  test.each([
    ['the bases offered are not known', offer(exposition(100, 9)), {}],
    ['the content type has changed', offer(first), { contentType: 'application/openmetrics-text' }],
    ['another query was asked', { ...offer(first), encodedQueryParams: 'a=1' }, {}],
    ['another accept was asked', { ...offer(first), accept: 'text/plain' }, {}],
  ])('travels whole when %s', async (_why, request, change) => {
    const target = await openPages({ body: first }, { body: second, ...change });
    const { proxy } = await openServed(target);
    await asked(proxy, offer());

    const response = await asked(proxy, request);

    expect(response.deltaBody?.baseId).toHaveLength(0);
    expect(await decoded(response)).toEqual(second);
  });

  test('passes through as it came when the proxy makes no offer', async () => {
    const { proxy } = await openServed(await openPages({ body: first }));

    const response = await asked(proxy, { path: 'app' });

    expect(response.contentAsZipped).toEqual(gzipSync(first));
  });

  test.each([
    ['passthrough is asked for', { wire: { compression: 'passthrough' as const } }],
    ['nothing may be kept', { limits: { deltaMemoryMBytes: 0 } }],
  ])('passes through when %s', async (_why, options) => {
    const { proxy } = await openServed(await openPages({ body: first }), options);

    const response = await asked(proxy, offer());

    expect(response.contentAsZipped).toEqual(gzipSync(first));
  });

  test('passes through when it is scraped too often, unless delta is asked for', async () => {
    const target = await openPages({ body: first });
    const { proxy: auto } = await openServed(target);
    const { proxy: delta } = await openServed(target, { wire: { compression: 'delta' } });

    const kinds = await Promise.all(
      [auto, delta].map(async (proxy) => {
        const answers = [];
        for (let at = 0; at < 12; at += 1) {
          answers.push((await asked(proxy, offer(first))).contentOneOf);
        }
        return new Set(answers);
      }),
    );

    expect(kinds).toEqual([new Set(['deltaBody', 'contentAsZipped']), new Set(['deltaBody'])]);
  });

  test.each([
    ['it does not change', () => first, {}],
    ['it comes behind a long head', (at: number) => exposition(20_000, at), { 'x-long': 'x'.repeat(2_000) }],
  ])('is coded again and again when %s', async (_why, bodyAt, headers) => {
    let count = 0;
    const target = await openTarget((_request, response) => {
      response.writeHead(200, headers).end(bodyAt(count++));
    });
    const { proxy } = await openServed(target);
    let base: Buffer | undefined;

    for (let at = 0; at < 4; at += 1) {
      const response = await asked(proxy, base === undefined ? offer() : offer(base));
      expect(response.deltaBody?.baseId).toHaveLength(base === undefined ? 0 : 8);
      base = await decoded(response, base);
      expect(base).toEqual(bodyAt(at));
    }
  });

  test('passes through when it is larger than 1 MiB, also when its base was not', async () => {
    const large = exposition(1024 * 1024 + 1, 1);
    const target = await openPages({ body: first }, { body: large });
    const { proxy } = await openServed(target);
    await asked(proxy, offer());

    const bodies = [];
    for (let at = 0; at < 2; at += 1) {
      const id = proxy.ask(offer(first));
      bodies.push((await bodyOf(proxy, id)).header?.headerZipped);
    }

    expect(bodies).toEqual([true, true]);
    const codings = target.requests.map(({ headers }) => headers['accept-encoding']);
    expect(codings).toEqual(['gzip', 'identity', 'gzip']);
  });

  test('passes through when it is empty or does not inflate', async () => {
    const { proxy: empty } = await openServed(await openPages({ body: Buffer.alloc(0) }));
    const broken = Buffer.concat([gzipSync(first).subarray(0, 500), Buffer.from([1, 0, 0, 0])]);
    const brokenTarget = await openTarget((_request, response) => {
      response.setHeader('content-encoding', 'gzip').end(broken);
    });
    const { proxy } = await openServed(brokenTarget);

    expect((await asked(empty, offer())).contentOneOf).not.toBe('deltaBody');
    expect((await asked(proxy, offer())).contentAsZipped).toEqual(broken);
  });

  test('is the filtered one where the path has a filter', async () => {
    const text = (value: number): Buffer => Buffer.from(`kept ${value}\n${'dropped 1\n'.repeat(2_000)}`);
    const filters = [{ path: 'app', metricNameAllow: ['kept'], metricNameDeny: [] }];
    const { proxy } = await openServed(await openPages({ body: text(1) }, { body: text(2) }), { filters });
    const kept = Buffer.from('kept 1\n');

    const whole = await asked(proxy, offer());
    const difference = await asked(proxy, offer(kept));

    expect([await decoded(whole), await decoded(difference, kept)]).toEqual([kept, Buffer.from('kept 2\n')]);
  });

  test('is coded well or not, it arrives: noise', async () => {
    const { proxy } = await openServed(await openPages({ body: noise(200_000) }));

    expect((await decoded(await asked(proxy, offer()))).equals(noise(200_000))).toBe(true);
  });
});
