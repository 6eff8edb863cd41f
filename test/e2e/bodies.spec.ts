import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { expositionOf } from '../support/exposition-text.js';
import { type Behaviour, HttpTarget } from '../support/http-target.js';
import { type Pair, startPair } from '../support/pair.js';
import { scrape } from '../support/scrape.js';
import { stagePerSuite } from '../support/stage.js';
import { answers, answersWithOwnGzip, TEXT_FORMAT } from '../support/target-behaviours.js';

const KBYTE = 1024;

/** Around every size at which a body changes its way: as text, gzipped, in chunks, on a call of its own. */
const SIZES = [0, 1, 511, 512, 513, 31 * KBYTE, 400 * KBYTE, 3_000 * KBYTE, 10 * KBYTE * KBYTE];

/** Level 1 and level 9 differ, so bytes that were packed again on the way would be other bytes. */
const OWN_GZIPS = [1, 9].flatMap((level) =>
  [100, 40 * KBYTE, 3_000 * KBYTE, 10 * KBYTE * KBYTE].map((byteCount) => {
    const plain = expositionOf(byteCount);
    return {
      path: `own-${level}-${byteCount}`,
      level,
      byteCount,
      plain,
      gzipped: gzipSync(plain, { level }),
    };
  }),
);

/** These stay as large on the link: around the size of a call of their own, and where a body begins to flow. */
const DENSE_BODIES = [400 * KBYTE, 600 * KBYTE, 1_000 * KBYTE, 1_100 * KBYTE, 4_900 * KBYTE].map(
  (byteCount) => ({
    path: `dense-${byteCount}`,
    byteCount,
    body: randomBytes(byteCount),
  }),
);

const CONTENT_TYPES = [
  TEXT_FORMAT,
  'text/plain',
  'text/plain;version=0.0.4',
  'TEXT/Plain ; Version="0.0.4" ;charset=UTF-8',
  'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  'application/openmetrics-text; version=1.0.0; charset=utf-8',
  'text/html; charset=iso-8859-1',
  'application/octet-stream',
  'nonsense',
];

describe('a body arrives as the target sent it', () => {
  const stage = stagePerSuite();
  let pair: Pair;

  beforeAll(async () => {
    const target = await HttpTarget.start(stage, allBehaviours());
    const paths = Object.keys(allBehaviours()).map((path) => ({
      path: path.slice(1),
      url: target.url(path),
    }));
    // Differences carry the same body in other bytes: `test/faults/delta-bodies.spec.ts`.
    pair = await startPair(stage, { paths, agent: { wire: { compression: 'passthrough' } } });
  });

  it.each(SIZES)('byte for byte at a scraper without gzip: %i bytes', async (size) => {
    const result = await scrape(pair.proxy.url(`plain-${size}`));

    expect(result).toMatchObject({ status: 200, statusMessage: 'OK', isWhole: true });
    expect(result.headers).not.toHaveProperty('content-encoding');
    expect(result.body.equals(expositionOf(size))).toBe(true);
  });

  it.each(SIZES)('byte for byte at a scraper with gzip: %i bytes', async (size) => {
    const result = await scrape(pair.proxy.url(`plain-${size}`), { headers: { 'Accept-Encoding': 'gzip' } });

    expect(result).toMatchObject({ status: 200, isWhole: true });
    const isGzip = result.headers['content-encoding'] === 'gzip';
    const body = isGzip ? gunzipSync(result.body) : result.body;
    expect(body.equals(expositionOf(size))).toBe(true);
    expect(isGzip).toBe(size > 512);
  });

  it.each(OWN_GZIPS)(
    'with the very gzip bytes of the target: $byteCount bytes at level $level',
    async (row) => {
      const result = await scrape(pair.proxy.url(row.path), { headers: { 'Accept-Encoding': 'gzip' } });

      expect(result.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      expect(result.body.equals(row.gzipped)).toBe(true);
    },
  );

  it.each(OWN_GZIPS)('inflated for a scraper without gzip: $byteCount bytes at level $level', async (row) => {
    const result = await scrape(pair.proxy.url(row.path), { headers: { 'Accept-Encoding': 'identity' } });

    expect(result.headers).not.toHaveProperty('content-encoding');
    expect(result.isWhole).toBe(true);
    expect(result.body.equals(row.plain)).toBe(true);
  });

  it.each(DENSE_BODIES)(
    'byte for byte where it does not compress: $byteCount bytes',
    async ({ path, body }) => {
      const plain = await scrape(pair.proxy.url(path));
      const gzipped = await scrape(pair.proxy.url(path), { headers: { 'Accept-Encoding': 'gzip' } });

      expect([plain.status, plain.isWhole, gzipped.status, gzipped.isWhole]).toEqual([200, true, 200, true]);
      expect(plain.body.equals(body)).toBe(true);
      expect(gunzipSync(gzipped.body).equals(body)).toBe(true);
    },
  );

  it.each(CONTENT_TYPES)('with its content type verbatim: %s', async (contentType) => {
    const at = CONTENT_TYPES.indexOf(contentType);
    const small = await scrape(pair.proxy.url(`type-${at}`));
    const large = await scrape(pair.proxy.url(`large-type-${at}`), {
      headers: { 'Accept-Encoding': 'gzip' },
    });

    expect(small.headers['content-type']).toBe(contentType);
    expect(large.headers['content-type']).toBe(contentType);
  });

  it('with no content type where the target gives none', async () => {
    const result = await scrape(pair.proxy.url('untyped'));

    expect(result.status).toBe(200);
    expect(result.headers).not.toHaveProperty('content-type');
  });

  it('with bytes that are no text untouched', async () => {
    const result = await scrape(pair.proxy.url('binary'));

    expect(result.body.equals(BINARY)).toBe(true);
  });

  it.each([204, 206])('with its status %i, which Prometheus counts as a failure', async (status) => {
    const result = await scrape(pair.proxy.url(`status-${status}`));

    expect(result.status).toBe(status);
    expect('content-length' in result.headers).toBe(status !== 204);
  });

  it('and leaves nothing behind', async () => {
    await pair.expectAtRest();

    expect(pair.proxy.program.output).not.toMatch(/"level":(50|60)|ERROR|FATAL/);
  });
});

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

function allBehaviours(): Record<string, Behaviour> {
  const plain = SIZES.map((size) => [`/plain-${size}`, answers(expositionOf(size))] as const);
  const own = OWN_GZIPS.map((row) => [`/${row.path}`, answersWithOwnGzip(row.plain, row.gzipped)] as const);
  const types = CONTENT_TYPES.flatMap((contentType, at) => [
    [`/type-${at}`, answers('series 1\n', { contentType })] as const,
    [`/large-type-${at}`, answers(expositionOf(100 * KBYTE), { contentType })] as const,
  ]);
  const dense = DENSE_BODIES.map(({ path, body }) => [`/${path}`, answers(body)] as const);
  return {
    ...Object.fromEntries([...dense, ...plain, ...own, ...types]),
    '/untyped': (_request, response) => response.end('series 1\n'),
    '/binary': answers(BINARY, { contentType: 'application/octet-stream' }),
    '/status-204': (_request, response) => response.writeHead(204).end(),
    '/status-206': answers('series 1\n', { status: 206 }),
  };
}
