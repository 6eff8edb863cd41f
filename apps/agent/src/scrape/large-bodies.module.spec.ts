import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { checked } from '../testing/received-bodies.js';
import { answerOf, bodyOf, noise, openServed, openTarget, openGzipTarget } from '../testing/stage.js';

describe('large bodies', () => {
  test('wait for the proxy to read, and so does the target, while small ones pass', async () => {
    let writtenBytes = 0;
    const piece = noise(64 * 1_024);
    const target = await openTarget((request, response) => {
      if (request.url === '/small') {
        response.end('up 1\n');
        return;
      }
      const write = (): void => {
        while (writtenBytes < 30_000_000 && !response.destroyed) {
          writtenBytes += piece.length;
          if (!response.write(piece)) {
            return;
          }
        }
        response.end();
      };
      response.on('drain', write);
      write();
    });
    const pathConfigs = ['large', 'small'].map((path) => ({
      name: path,
      path,
      url: target.url(`/${path}`),
      labels: '{}',
    }));
    const http = { maxContentLengthMBytes: 100 };
    const script = { isSlowReader: true };
    const { proxy } = await openServed(target, { pathConfigs, http, script, scrapeTimeoutSecs: 60 });

    const large = proxy.ask({ path: 'large' });
    let before = -1;
    await vi.waitFor(() => {
      const isStill = before === writtenBytes && writtenBytes > 0;
      before = writtenBytes;
      expect(isStill).toBe(true);
    }, 10_000);
    const small = await answerOf(proxy, proxy.ask({ path: 'small' }));

    expect(small.contentAsText).toBe('up 1\n');
    expect(writtenBytes).toBeLessThan(20_000_000);
    proxy.readBodyStreams();
    const received = await bodyOf(proxy, large);
    expect(gunzipSync(checked(received))).toHaveLength(writtenBytes);
  });

  test('travel at most eight at once', async () => {
    const body = gzipSync(noise(3_000_000));
    const target = await openGzipTarget(body);
    const pathConfigs = Array.from({ length: 12 }, (_, index) => ({
      name: `p${index}`,
      path: `p${index}`,
      url: target.url(`/${index}`),
      labels: '{}',
    }));
    const { proxy } = await openServed(target, { pathConfigs, script: { isSlowReader: true } });

    const scrapes = pathConfigs.map(({ path }) => proxy.ask({ path }));
    await vi.waitFor(() => expect(proxy.bodyStreams.count).toBe(8), 5_000);
    proxy.readBodyStreams();
    for (const scrapeId of scrapes) {
      expect(checked(await bodyOf(proxy, scrapeId)).equals(body)).toBe(true);
    }

    expect(proxy.bodyStreams.mostAtOnce).toBe(8);
  });

  test('whose target dies half-way are cancelled, not ended', async () => {
    const target = await openTarget((_request, response) => {
      response.write(noise(1_500_000), () => setTimeout(() => response.destroy(), 50));
    });
    const { proxy } = await openServed(target);

    const scrapeId = proxy.ask({ path: 'app' });

    await vi.waitFor(() => expect(proxy.bodyStreams.cancelledCount).toBe(1), 5_000);
    expect(proxy.bodyOf(scrapeId)?.summary).toBeUndefined();
  });

  test('that nobody waits for any more are given up at the target too', async () => {
    const target = await openTarget((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(noise(64 * 1_024)));
      };
      response.on('drain', write);
      write();
    });
    const http = { maxContentLengthMBytes: 100 };
    const { proxy } = await openServed(target, { http, script: { isSlowReader: true } });

    const scrapeId = proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(proxy.bodyStreams.openCount).toBe(1), 5_000);
    proxy.cancel(scrapeId);

    await vi.waitFor(() => expect(target.openCount).toBe(0), 5_000);
    await vi.waitFor(() => expect(proxy.bodyStreams.cancelledCount).toBe(1), 5_000);
  });

  test('that the proxy refuses to take are given up at the target too', async () => {
    const target = await openTarget((_request, response) => response.write(noise(2_000_000)));
    const { proxy } = await openServed(target, { script: { refusesBodyStreams: true } });

    proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(target.requests).toHaveLength(1), 5_000);

    await vi.waitFor(() => expect(target.openCount).toBe(0), 5_000);
    expect(proxy.sessions).toHaveLength(1);
  });
});
