import { Deadlines } from '@app/deadlines';
import { BodyInflater } from './body-inflater.js';
import { BodyMemory } from './body-memory.js';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { scrape } from '../../../../test/support/scrape.js';
import { stagePerTest } from '../../../../test/support/stage.js';
import { startReplyServer } from '../testing/reply-server.js';
import { BrokenBodyError } from './body-transfer.js';
import type { ScrapeBody } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import { writeBody, type BodyProblem } from './scrape-response.js';

const TEXT = 'series{label="value"} 1\n'.repeat(50_000);
const GZIPPED = gzipSync(TEXT);
const HALF = Math.floor(GZIPPED.length / 2);
const GONE = failure('agent_disconnected', 'the agent left');
const ABANDONED = { kind: 'abandoned' };
const LARGE = Buffer.alloc(8 * 1024 * 1024, 'x');

const inflaterOf = (maxBytes: number): BodyInflater => new BodyInflater(maxBytes, new BodyMemory(2 ** 30));

describe('a large answer that flows', () => {
  const stage = stagePerTest();
  let isReleased: boolean;
  let outcome: BodyProblem | 'delivered' | undefined;

  beforeEach(() => {
    isReleased = false;
    outcome = undefined;
  });

  const serve = (
    body: Pick<ScrapeBody, 'encoding' | 'pieces'> & { rest?: Readable },
    settings: { acceptsGzip?: boolean; maxInflatedBytes?: number; givesUpAfterMs?: number } = {},
  ): Promise<number> => {
    const { acceptsGzip = true, maxInflatedBytes = 10_000_000, givesUpAfterMs = 60_000 } = settings;
    return startReplyServer(stage, async (response) => {
      const givesUpAt = performance.now() + givesUpAfterMs;
      const reply = { response, acceptsGzip, isHead: false, givesUpAt, deadlines: new Deadlines() };
      const byteCount = body.pieces.reduce((sum, piece) => sum + piece.length, 0);
      const release = (): void => void (isReleased = true);
      const success = { kind: 'success', status: 200, contentType: 'text/plain' } as const;
      const answer = { ...success, body: { ...body, byteCount, release } };
      outcome = (await writeBody(reply, answer, inflaterOf(maxInflatedBytes))) ?? 'delivered';
    });
  };

  const scraperThatDoesNotRead = async (port: number): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1' });
    stage.atEnd(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.pause();
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: proxy\r\n\r\n');
    return socket;
  };

  it.each([
    ['as it came', true, GZIPPED],
    ['inflated', false, Buffer.from(TEXT)],
  ])('arrives whole, %s', async (_title, acceptsGzip, expected) => {
    const rest = new PassThrough();
    const port = await serve(
      { encoding: 'gzip', pieces: [GZIPPED.subarray(0, HALF)], rest },
      { acceptsGzip },
    );

    const scraping = scrape(`http://127.0.0.1:${port}/`);
    rest.end(GZIPPED.subarray(HALF));
    const result = await scraping;

    expect([result.isWhole, result.body.equals(expected)]).toEqual([true, true]);
    expect(result.headers['content-length']).toBeUndefined();
    await expect.poll(() => [outcome, isReleased]).toEqual(['delivered', true]);
  });

  it.each([true, false])(
    'destroys the socket when it breaks (passed on as gzip: %s)',
    async (acceptsGzip) => {
      const rest = new PassThrough();
      const port = await serve(
        { encoding: 'gzip', pieces: [GZIPPED.subarray(0, HALF)], rest },
        { acceptsGzip },
      );

      const scraping = scrape(`http://127.0.0.1:${port}/`);
      await expect.poll(() => rest.listenerCount('readable') + rest.listenerCount('end')).toBeGreaterThan(0);
      rest.destroy(new BrokenBodyError(GONE));
      const result = await scraping.catch(() => ({ isWhole: false }));

      expect(result.isWhole).toBe(false);
      await expect.poll(() => isReleased).toBe(true);
    },
  );

  it.each([
    ['is more than may be inflated', GZIPPED.subarray(HALF), 100_000, 'payload_too_large'],
    ['is broken gzip', Buffer.alloc(100), 10_000_000, 'invalid_payload'],
  ])('destroys the socket when what comes %s', async (_title, remainder, maxInflatedBytes, code) => {
    const rest = new PassThrough();
    const port = await serve(
      { encoding: 'gzip', pieces: [GZIPPED.subarray(0, HALF)], rest },
      { acceptsGzip: false, maxInflatedBytes },
    );

    const scraping = scrape(`http://127.0.0.1:${port}/`);
    rest.end(remainder);
    const result = await scraping.catch(() => ({ isWhole: false }));

    expect(result.isWhole).toBe(false);
    await expect.poll(() => [rest.destroyed, outcome]).toEqual([true, expect.objectContaining({ code })]);
  });

  it('stops its source when the scraper hangs up', async () => {
    const rest = new PassThrough();
    const port = await serve({ encoding: 'identity', pieces: [Buffer.from('head')], rest });
    const hangUp = new AbortController();

    const scraping = scrape(`http://127.0.0.1:${port}/`, { signal: hangUp.signal });
    await expect.poll(() => rest.listenerCount('readable') + rest.listenerCount('end')).toBeGreaterThan(0);
    hangUp.abort();
    await scraping.catch(() => undefined);

    await expect.poll(() => [rest.destroyed, isReleased, outcome]).toEqual([true, true, ABANDONED]);
  });

  it('is held for a scraper that does not read until the scraper has given up, and no longer', async () => {
    const port = await serve({ encoding: 'identity', pieces: [LARGE] }, { givesUpAfterMs: 300 });

    const startedAt = performance.now();
    await scraperThatDoesNotRead(port);

    await expect.poll(() => [isReleased, outcome], { timeout: 5_000 }).toEqual([true, ABANDONED]);
    expect(performance.now() - startedAt).toBeGreaterThan(250);
  });

  it('is not held for ever either when its source is through', async () => {
    const rest = new PassThrough();
    rest.end();
    const port = await serve({ encoding: 'identity', pieces: [LARGE], rest }, { givesUpAfterMs: 300 });

    await scraperThatDoesNotRead(port);

    await expect.poll(() => [isReleased, outcome], { timeout: 5_000 }).toEqual([true, ABANDONED]);
  });
});
