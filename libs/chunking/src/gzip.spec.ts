import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzip, gzipDeclaredLength, hasGzipMagic } from './index.js';

describe('gzip', () => {
  it.each([0, 1, 513, 200_000, 3_000_000])(
    'compresses %i bytes into what any gunzip undoes',
    async (size) => {
      const body = Buffer.alloc(size, 'http_requests_total{code="200"} 17\n');

      const zipped = await gzip(body);

      expect(gunzipSync(zipped).equals(body)).toBe(true);
      expect(hasGzipMagic(zipped)).toBe(true);
      expect(gzipDeclaredLength(zipped)).toBe(size);
    },
  );

  it('lets the event loop turn while it works', async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 0);

    await gzip(Buffer.alloc(32 * 1024 * 1024, 'go_goroutines 8\n'));

    clearInterval(turning);
    expect(turns).toBeGreaterThan(1);
  });

  it('ends early when its signal aborts', async () => {
    const aborting = new AbortController();

    const zipping = gzip(Buffer.alloc(32 * 1024 * 1024), aborting.signal);
    aborting.abort();

    await expect(zipping).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not start when its signal has aborted before', async () => {
    await expect(gzip(Buffer.from('up 1\n'), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('hasGzipMagic', () => {
  it.each([
    ['gzip', gzipSync('x'), true],
    ['the two bytes alone', Buffer.from([0x1f, 0x8b]), true],
    ['one of them', Buffer.from([0x1f]), false],
    ['nothing', Buffer.alloc(0), false],
    ['text', Buffer.from('up 1\n'), false],
    ['a protobuf exposition', Buffer.from([0x8b, 0x1f, 0x0a]), false],
  ])('judges %s', (_case, bytes, expected) => {
    expect(hasGzipMagic(bytes)).toBe(expected);
  });
});

describe('gzipDeclaredLength', () => {
  it('reads the unsigned length field', () => {
    const zipped = gzipSync('x');
    zipped.writeUInt32LE(0xfffffff0, zipped.length - 4);

    expect(gzipDeclaredLength(zipped)).toBe(0xfffffff0);
  });

  it('knows the shortest gzip there is', () => {
    const shortest = gzipSync('');

    expect(shortest).toHaveLength(20);
    expect(gzipDeclaredLength(shortest)).toBe(0);
    expect(gzipDeclaredLength(shortest.subarray(0, 19))).toBeUndefined();
  });

  it('says nothing about bytes that are not gzip', () => {
    expect(gzipDeclaredLength(Buffer.alloc(100, 'up 1\n'))).toBeUndefined();
  });
});
