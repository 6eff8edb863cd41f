import { Deadlines } from '@app/deadlines';
import { BodyInflater } from './body-inflater.js';
import { BodyMemory } from './body-memory.js';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { scrapeWithoutReading } from '../../../../test/support/lazy-scraper.js';
import { scrape, type ScrapeResult } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { startReplyServer } from '../testing/reply-server.js';
import type { ScrapeBody } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import {
  acceptsGzip,
  writeBody,
  writeFailure,
  type BodyProblem,
  type ScrapeReply,
} from './scrape-response.js';

const TEXT = 'series{label="value"} 1\n'.repeat(1_000);
const GZIPPED = gzipSync(TEXT);

const inflaterOf = (maxBytes: number): BodyInflater => new BodyInflater(maxBytes, new BodyMemory(2 ** 30));

describe('what a scraper takes', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['gzip, deflate', true],
    ['deflate, gzip;q=0.5', true],
    ['*', true],
    ['identity', false],
    ['gzip;q=0', false],
    ['gzip;q=0, *', false],
    ['br, zstd', false],
    ['gzipped', false],
    [';;,,gzip;q=x', false],
  ])('with Accept-Encoding %j is gzip: %s', (header, isGzip) => {
    expect(acceptsGzip(header)).toBe(isGzip);
  });
});

describe('an answer on the scrape port', () => {
  const stage = stagePerTest();
  let released: number;
  let usedUp: (boolean | undefined)[];
  let problem: BodyProblem | undefined;

  beforeEach(() => {
    released = 0;
    usedUp = [];
    problem = undefined;
  });

  const bodyOf = (encoding: ScrapeBody['encoding'], pieces: readonly Buffer[]): ScrapeBody => ({
    encoding,
    pieces,
    byteCount: pieces.reduce((sum, piece) => sum + piece.length, 0),
    release: (isUsedUp) => {
      released += 1;
      usedUp.push(isUsedUp);
    },
  });

  /** A server with one answer; its port. */
  const serve = (
    body: ScrapeBody,
    reply: Partial<ScrapeReply> = {},
    success: { contentType?: string; maxInflatedBytes?: number } = {},
  ): Promise<number> => {
    const { contentType = 'text/plain; version=0.0.4', maxInflatedBytes = 1_000_000 } = success;
    return startReplyServer(stage, async (response) => {
      const to = {
        response,
        acceptsGzip: true,
        isHead: false,
        givesUpAt: performance.now() + 60_000,
        deadlines: new Deadlines(),
        ...reply,
      };
      problem = await writeBody(
        to,
        { kind: 'success', status: 200, contentType, body },
        inflaterOf(maxInflatedBytes),
      );
      if (problem?.kind === 'failure') {
        writeFailure(to, problem);
      }
    });
  };

  const scrapeOf = async (...served: Parameters<typeof serve>): Promise<ScrapeResult> =>
    scrape(`http://127.0.0.1:${await serve(...served)}/`);

  it('passes gzip on as it came to a scraper that takes it', async () => {
    const parts = [GZIPPED.subarray(0, 50), GZIPPED.subarray(50)];

    const result = await scrapeOf(bodyOf('gzip', parts));

    expect(result.body.equals(GZIPPED)).toBe(true);
    expect(result.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'content-length': String(GZIPPED.length),
      'content-type': 'text/plain; version=0.0.4',
    });
    expect([released, problem]).toEqual([1, undefined]);
  });

  it('is used up when the system has taken all of it, and no sooner', async () => {
    const large = Buffer.alloc(20_000_000, 'x');
    const socket = await scrapeWithoutReading(stage, await serve(bodyOf('identity', [large])), '');
    socket.once('data', () => socket.pause()).resume();
    await expect.poll(() => socket.bytesRead).toBeGreaterThan(0);
    expect(usedUp).toEqual([]);

    socket.resume();

    await expect.poll(() => usedUp).toEqual([true]);
    await expect.poll(() => socket.bytesRead).toBeGreaterThan(large.length);
  });

  it('is not said to be used up where it was inflated, which may go on elsewhere', async () => {
    await scrapeOf(bodyOf('gzip', [GZIPPED]), { acceptsGzip: false });

    await expect.poll(() => usedUp).toEqual([undefined]);
  });

  it('inflates for any other', async () => {
    const result = await scrapeOf(bodyOf('gzip', [GZIPPED]), { acceptsGzip: false });

    expect(result.body.toString()).toBe(TEXT);
    expect(result.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(TEXT.length) });
    expect(result.headers['content-encoding']).toBeUndefined();
    expect(released).toBe(1);
  });

  it('passes plain bytes on to everybody, byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 128, 10, 13, 195, 40]);

    const result = await scrapeOf(bodyOf('identity', [bytes]));

    expect(result.body.equals(bytes)).toBe(true);
    expect(result.headers['vary']).toBeUndefined();
    expect(result.headers['content-encoding']).toBeUndefined();
  });

  it('may be empty, and without a type', async () => {
    const result = await scrapeOf(bodyOf('identity', []), {}, { contentType: '' });

    expect([result.status, result.body.length, result.headers['content-length']]).toEqual([200, 0, '0']);
    expect(result.headers['content-type']).toBeUndefined();
  });

  it.each([
    ['cut', GZIPPED.subarray(0, -10)],
    ['damaged', Buffer.concat([GZIPPED.subarray(0, 60), Buffer.from('damage'), GZIPPED.subarray(66)])],
    ['no gzip at all', Buffer.from('plain text')],
  ])('is a 502 before the first byte when gzip that must be inflated is %s', async (_title, bytes) => {
    const result = await scrapeOf(bodyOf('gzip', [bytes]), { acceptsGzip: false });

    expect([result.status, result.headers['x-proxy-reason']]).toEqual([502, 'invalid_payload']);
    expect(released).toBe(1);
  });

  it('may inflate to exactly the limit, and is a 413 with the figure above it', async () => {
    const limit = { maxInflatedBytes: TEXT.length };
    const atLimit = await scrapeOf(bodyOf('gzip', [GZIPPED]), { acceptsGzip: false }, limit);
    const over = await scrapeOf(
      bodyOf('gzip', [GZIPPED]),
      { acceptsGzip: false },
      { maxInflatedBytes: TEXT.length - 1 },
    );

    expect(atLimit.status).toBe(200);
    expect([over.status, over.headers['x-proxy-reason']]).toEqual([413, 'payload_too_large']);
    expect(over.statusMessage).toContain(String(TEXT.length - 1));
    expect(released).toBe(2);
  });

  it.each(['text/plain\r\nX-Other: 1', 'text/plain\n', 'text/\u0000', 'text/plain; charset=東'])(
    'is a 502 before the first byte when its type %j cannot stand in a header',
    async (contentType) => {
      const result = await scrapeOf(bodyOf('identity', [Buffer.from('x')]), {}, { contentType });

      expect([result.status, result.headers['x-proxy-reason']]).toEqual([502, 'invalid_payload']);
      expect(released).toBe(1);
    },
  );

  it('keeps every type that can stand in a header, verbatim', async () => {
    const contentType = 'application/vnd.google.protobuf;proto=a.B;encoding=delimited; x="é"';

    const result = await scrapeOf(bodyOf('identity', [Buffer.from('x')]), {}, { contentType });

    expect(result.headers['content-type']).toBe(contentType);
  });

  it('says what failed: status, phrase, code, and the full words', async () => {
    const words = `no agent has registered /app – ${'x'.repeat(300)}`;
    const port = await startReplyServer(stage, async (response) =>
      writeFailure({ response, isHead: false }, failure('invalid_path', words)),
    );

    const result = await scrape(`http://127.0.0.1:${port}/`);

    expect(result.status).toBe(404);
    expect(result.statusMessage).toMatch(/^no agent has registered \/app \? x{100,}$/);
    expect(result.statusMessage).toHaveLength(200);
    expect(result.headers).toMatchObject({
      'x-proxy-reason': 'invalid_path',
      'content-type': 'text/plain; charset=utf-8',
    });
    expect(result.body.toString()).toBe(`invalid_path: ${words}\n`);
  });

  it('has no body when only the head of a failure is wanted, and says which methods there are', async () => {
    const port = await startReplyServer(stage, async (response) =>
      writeFailure({ response, isHead: true }, failure('method_not_allowed', 'no')),
    );

    const result = await scrape(`http://127.0.0.1:${port}/`, { method: 'HEAD' });

    expect([result.status, result.headers['allow'], result.body.length]).toEqual([405, 'GET, HEAD', 0]);
  });
});
