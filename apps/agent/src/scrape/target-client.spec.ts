import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseTargetAddress, type TargetAddress } from '../paths/target-address.js';
import { TestTarget } from '../testing/test-target.js';
import type { FetchOutcome } from './fetch-outcome.js';
import { MemoryBudget, type MemoryShare } from './memory-budget.js';
import { TargetClient, type TargetClientOptions, type TargetRequest } from './target-client.js';

const endings: (() => unknown)[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) {
    await end();
  }
});

function client(options: Partial<TargetClientOptions> = {}): TargetClient {
  const made = new TargetClient(
    {
      version: '1.2.3',
      forwardAuthorization: true,
      maxBytes: 1_000_000,
      holdBytes: 500_000,
      ...options,
    },
    { context: createSecureContext(), isEveryoneTrusted: false },
  );
  endings.push(() => made.close());
  return made;
}

async function target(handler: Parameters<typeof TestTarget.start>[0]): Promise<TestTarget> {
  const made = await TestTarget.start(handler);
  endings.push(() => made.close());
  return made;
}

/** A server that does with a connection whatever it is told, which HTTP may not know. */
async function rawServer(onRequest: (socket: Socket, count: number) => void): Promise<string> {
  const counts = new WeakMap<Socket, number>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const count = (counts.get(socket) ?? 0) + 1;
      counts.set(socket, count);
      onRequest(socket, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

function request(url: string, rest: Partial<TargetRequest> = {}): TargetRequest {
  const outcome = parseTargetAddress(url);
  const address = (outcome as { address: TargetAddress }).address;
  return { address, accept: '', authorization: '', remainingMs: 9_457.8, retry: 0, ...rest };
}

function share(bytes = 10_000_000): MemoryShare {
  return new MemoryBudget(bytes).open();
}

function bodyOf(outcome: FetchOutcome): string {
  return outcome.kind === 'whole' ? Buffer.concat(outcome.pieces).toString() : JSON.stringify(outcome);
}

async function readAll(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) {
    read.push(piece);
  }
  return Buffer.concat(read);
}

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

describe('a target that fails', () => {
  test('by not listening is unreachable, with its address', async () => {
    const page = await TestTarget.start((_request, response) => response.end());
    const { port } = page;
    const url = page.url();
    await page.close();

    const outcome = await client().fetch(request(url), share(), never);

    const words = `connection refused (127.0.0.1:${port})`;
    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable', words });
  });

  test('by having no name is unreachable', async () => {
    const outcome = await client().fetch(request('http://no-such-host.invalid/'), share(), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable' });
    expect((outcome as { words: string }).words).toContain('no-such-host.invalid');
  });

  test('half-way through an announced body is unreachable, not whole', async () => {
    const url = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this');
    });

    const outcome = await client().fetch(request(url), share(), never);

    const words = 'the target closed the connection after 9 bytes of the body';
    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable', words });
  });

  test('half-way through a chunked body is unreachable, not whole', async () => {
    const url = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n');
    });

    const outcome = await client().fetch(request(url), share(), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable' });
  });

  test('by not speaking HTTP is unreachable', async () => {
    const url = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));

    const outcome = await client().fetch(request(url), share(), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable' });
  });

  test('by closing an idle connection just then costs nothing', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const url = await rawServer((socket, count) => (count === 1 ? socket.write(answer) : socket.destroy()));
    const made = client();

    const outcomes: string[] = [];
    for (let scrape = 0; scrape < 4; scrape += 1) {
      outcomes.push(bodyOf(await made.fetch(request(url), share(), never)));
    }

    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('by closing every connection is asked twice, no more', async () => {
    let requests = 0;
    const url = await rawServer((socket) => {
      requests += 1;
      socket.destroy();
    });

    const outcome = await client().fetch(request(url), share(), never);

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'target_unreachable' });
    expect(requests).toBe(2);
  });
});

describe('a fetch that is aborted', () => {
  test('while the target hangs closes the connection', async () => {
    const page = await target(() => undefined);
    const controller = new AbortController();

    const fetched = client().fetch(request(page.url()), share(), controller.signal);
    await vi.waitFor(() => expect(page.openCount).toBe(1));
    controller.abort();

    expect(await fetched).toEqual({ kind: 'aborted' });
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });

  test('before it began makes no connection', async () => {
    const page = await target(() => undefined);

    const outcome = await client().fetch(request(page.url()), share(), AbortSignal.abort());

    expect(outcome).toEqual({ kind: 'aborted' });
    expect(page.connectionCount).toBe(0);
  });

  test('while its body flows breaks the body off', async () => {
    const page = await target((_request, response) => response.write(Buffer.alloc(200_000)));
    const controller = new AbortController();
    const outcome = await client({ holdBytes: 100_000 }).fetch(
      request(page.url()),
      share(),
      controller.signal,
    );
    const reading = readAll((outcome as Extract<FetchOutcome, { kind: 'flowing' }>).body);

    controller.abort();

    await expect(reading).rejects.toMatchObject({ name: 'BodyBrokenError' });
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });
});
