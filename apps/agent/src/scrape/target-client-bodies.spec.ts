import { describe, expect, test, vi } from 'vitest';
import type { FetchOutcome } from './fetch-outcome.js';
import { bodyOf, client, never, readAll, request, share, target } from '../testing/target-client-stage.js';

describe('the size of a body', () => {
  const chunked = (bytes: number) =>
    target((_request, response) => {
      response.write(Buffer.alloc(bytes - 1, 'a'));
      response.end('b');
    });

  test('may be exactly the limit', async () => {
    const page = await chunked(1_000);

    const outcome = await client({ maxBytes: 1_000 }).fetch(request(page.url()), share(), never);

    expect(bodyOf(outcome)).toHaveLength(1_000);
  });

  test('over the limit is refused although it was not announced', async () => {
    const page = await chunked(1_001);

    const outcome = await client({ maxBytes: 1_000 }).fetch(request(page.url()), share(), never);

    const words = 'Content size exceeds maximum allowed size of 1000 bytes';
    expect(outcome).toMatchObject({ kind: 'failed', failure: 'content_too_large', words });
  });

  test('that is announced over the limit is refused before it is read', async () => {
    const page = await target((_request, response) => {
      response.writeHead(200, { 'content-length': '1001' });
      response.write('a');
    });

    const outcome = await client({ maxBytes: 1_000 }).fetch(request(page.url()), share(), never);

    const words = 'Content length 1001 exceeds maximum allowed size 1000';
    expect(outcome).toMatchObject({ kind: 'failed', failure: 'content_too_large', words });
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });

  test('beyond the memory that is left is refused', async () => {
    const page = await chunked(1_000);

    const outcome = await client().fetch(request(page.url()), share(999), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'overloaded' });
  });

  test('above what is held makes it flow, piece by piece and whole', async () => {
    const body = Buffer.alloc(300_000, 'abcdefg');
    const page = await target((_request, response) => response.end(body));
    const memory = share();

    const outcome = await client({ holdBytes: 100_000 }).fetch(request(page.url()), memory, never);

    expect(outcome.kind).toBe('flowing');
    const read = await readAll((outcome as Extract<FetchOutcome, { kind: 'flowing' }>).body);
    expect(read.equals(body)).toBe(true);
    expect(memory.heldBytes).toBe(0);
  });

  test('of a flowing body over the limit breaks it off', async () => {
    const page = await chunked(300_000);
    const limits = { holdBytes: 100_000, maxBytes: 200_000 };

    const outcome = await client(limits).fetch(request(page.url()), share(), never);

    const { body } = outcome as Extract<FetchOutcome, { kind: 'flowing' }>;
    await expect(readAll(body)).rejects.toMatchObject({ failure: 'content_too_large' });
    await body.closed;
  });
});

describe('a slow reader', () => {
  test('slows the target down instead of filling the memory', async () => {
    let written = 0;
    const page = await target((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(100_000))) {
          written += 100_000;
        }
      };
      response.on('drain', write);
      write();
    });
    const memory = share();
    const limits = { holdBytes: 100_000, maxBytes: 1_000_000_000 };

    const outcome = await client(limits).fetch(request(page.url()), memory, never);
    const { body } = outcome as Extract<FetchOutcome, { kind: 'flowing' }>;
    let before = -1;
    await vi.waitFor(() => {
      const isStill = before === written;
      before = written;
      expect(isStill).toBe(true);
    });

    expect(memory.heldBytes).toBeLessThan(1_000_000);
    body.cancel();
    await body.closed;
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });

  test('that leaves early ends the transfer', async () => {
    const page = await target((_request, response) => response.write(Buffer.alloc(200_000)));

    const outcome = await client({ holdBytes: 100_000 }).fetch(request(page.url()), share(), never);
    for await (const piece of (outcome as Extract<FetchOutcome, { kind: 'flowing' }>).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }

    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });
});
