import { Cancellation } from '@app/deadlines';
import { describe, expect, test, vi } from 'vitest';
import { TestTarget } from '../testing/test-target.js';
import type { FetchOutcome } from './fetch-outcome.js';
import {
  bodyOf,
  client,
  never,
  rawServer,
  readAll,
  request,
  share,
  target,
} from '../testing/target-client-stage.js';

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
    const cancellation = new Cancellation();

    const fetched = client().fetch(request(page.url()), share(), cancellation);
    await vi.waitFor(() => expect(page.openCount).toBe(1));
    cancellation.cancel();

    expect(await fetched).toEqual({ kind: 'aborted' });
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });

  test('before it began makes no connection', async () => {
    const page = await target(() => undefined);

    const outcome = await client().fetch(request(page.url()), share(), Cancellation.of(AbortSignal.abort()));

    expect(outcome).toEqual({ kind: 'aborted' });
    expect(page.connectionCount).toBe(0);
  });

  test('while its body flows breaks the body off', async () => {
    const page = await target((_request, response) => response.write(Buffer.alloc(200_000)));
    const cancellation = new Cancellation();
    const outcome = await client({ holdBytes: 100_000 }).fetch(request(page.url()), share(), cancellation);
    const reading = readAll((outcome as Extract<FetchOutcome, { kind: 'flowing' }>).body);

    cancellation.cancel();

    await expect(reading).rejects.toMatchObject({ name: 'BodyBrokenError' });
    await vi.waitFor(() => expect(page.openCount).toBe(0));
  });
});
