import type { ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { checked } from '../testing/received-bodies.js';
import { answerOf, bodyOf, noise, openServed, openTarget, openGzipTarget } from '../testing/stage.js';

describe('a body', () => {
  test.each([
    ['an empty one', ''],
    ['text', 'up 1\n'],
    ['text with a byte order mark', '\ufeffup{x="ä"} 1\n'],
  ])('that is small travels as text: %s', async (_name, text) => {
    const target = await openTarget((_request, response) => response.end(text));
    const { proxy } = await openServed(target);

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({
      validResponse: true,
      statusCode: 200,
      zipped: false,
      contentAsText: text,
    });
  });

  test('that is small but no text travels as gzip, byte for byte', async () => {
    const protobuf = Buffer.from([0x0a, 0x80, 0xff, 0x00, 0xc3]);
    const target = await openTarget((_request, response) => {
      response.setHeader('content-type', 'application/vnd.google.protobuf; encoding=delimited');
      response.end(protobuf);
    });
    const { proxy } = await openServed(target);

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({
      zipped: true,
      contentType: 'application/vnd.google.protobuf; encoding=delimited',
    });
    expect(gunzipSync(response.contentAsZipped as Buffer).equals(protobuf)).toBe(true);
  });

  test("that the target compressed is the target's bytes, untouched", async () => {
    const body = gzipSync(noise(5_000), { level: 1 });
    const { proxy } = await openServed(await openGzipTarget(body));

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response.zipped).toBe(true);
    expect((response.contentAsZipped as Buffer).equals(body)).toBe(true);
  });

  test.each([
    ['one byte below', 'one message', -1],
    ['exactly at', 'chunks', 0],
    ['one byte above', 'chunks', 1],
  ])('whose gzip is %s the chunk size travels in %s', async (_name, way, more) => {
    const size = 2 * 1_024 + more;
    const body = gzipSync(noise(size - 23), { level: 0 });
    expect(body).toHaveLength(size);
    const { proxy } = await openServed(await openGzipTarget(body), { chunkContentSizeKbs: 2 });

    const scrapeId = proxy.ask({ path: 'app' });

    if (way === 'one message') {
      const response = await answerOf(proxy, scrapeId);
      expect((response.contentAsZipped as Buffer).equals(body)).toBe(true);
    } else {
      const received = await bodyOf(proxy, scrapeId);
      expect(checked(received).equals(body)).toBe(true);
      expect(received.chunks.map((chunk) => chunk.chunkByteCount)).toEqual([2_048, 1].slice(0, more + 1));
      expect(received.header).toMatchObject({
        headerValidResponse: true,
        headerAgentId: 'agent-1',
        headerStatusCode: 200,
        headerContentType: 'text/plain',
        headerZipped: true,
      });
      expect(proxy.bodyStreams.count).toBe(0);
    }
  });

  test('of 512 KiB or more travels on a call of its own', async () => {
    const body = gzipSync(noise(1_500_000));
    const { proxy } = await openServed(await openGzipTarget(body));

    const received = await bodyOf(proxy, proxy.ask({ path: 'app' }));

    expect(checked(received).equals(body)).toBe(true);
    expect(proxy.bodyStreams.count).toBe(1);
    await vi.waitFor(() => expect(proxy.bodyStreams.openCount).toBe(0));
  });

  test('that is large and not compressed is compressed as it flows', async () => {
    const body = noise(2_000_000);
    const target = await openTarget((_request, response) => response.end(body));
    const { proxy } = await openServed(target);

    const received = await bodyOf(proxy, proxy.ask({ path: 'app' }));

    expect(gunzipSync(checked(received)).equals(body)).toBe(true);
    expect(proxy.bodyStreams.count).toBe(1);
  });

  test('that is not what its Content-Encoding says is refused with words', async () => {
    const { proxy } = await openServed(await openGzipTarget(Buffer.from('up 1\n'.repeat(10))), {
      script: { capabilities: ['failure-code'] },
    });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response).toMatchObject({ validResponse: false, statusCode: 502, failureCode: 'invalid_payload' });
    expect(response.failureReason).toContain('no gzip');
  });

  test.each([
    ['announced', true],
    ['not announced', false],
  ])('over the limit is refused with the figure, %s', async (_name, isAnnounced) => {
    const target = await openTarget((_request, response) => {
      const body = Buffer.alloc(1_048_577, 'a');
      response.writeHead(200, isAnnounced ? { 'content-length': body.length } : {});
      response.end(body);
    });
    const { proxy } = await openServed(target, { http: { maxContentLengthMBytes: 1 } });

    const scrapeId = proxy.ask({ path: 'app' });

    const response = await answerOf(proxy, scrapeId);
    expect(response).toMatchObject({
      validResponse: false,
      statusCode: 413,
      contentAsText: '',
      failureCode: '',
    });
    expect(response.failureReason).toContain('1048576');
  });

  test('of exactly the limit arrives', async () => {
    const body = Buffer.alloc(1_048_576, 'a');
    const target = await openTarget((_request, response) => response.end(body));
    const { proxy } = await openServed(target, { http: { maxContentLengthMBytes: 1 } });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(gunzipSync(response.contentAsZipped as Buffer).equals(body)).toBe(true);
  });
});

test('bodies beyond the memory for them are refused, until others are done', async () => {
  const open: ServerResponse[] = [];
  const target = await openTarget((_request, response) => {
    response.write(noise(400_000));
    open.push(response);
  });
  const http = { maxConcurrentPerTarget: 10 };
  const { proxy } = await openServed(target, { http, limits: { bodyMemoryMBytes: 1 } });

  const held = [proxy.ask({ path: 'app' }), proxy.ask({ path: 'app' })];
  await vi.waitFor(() => expect(open).toHaveLength(2), 5_000);
  const refused = await answerOf(proxy, proxy.ask({ path: 'app' }));
  open.forEach((response) => response.end());
  await Promise.all(held.map((scrapeId) => bodyOf(proxy, scrapeId)));
  const afterwards = proxy.ask({ path: 'app' });
  await vi.waitFor(() => expect(open).toHaveLength(4), 5_000);
  open.at(-1)?.end();

  expect(refused).toMatchObject({ validResponse: false, statusCode: 503 });
  expect(refused.failureReason).toContain('memory');
  await bodyOf(proxy, afterwards);
});
