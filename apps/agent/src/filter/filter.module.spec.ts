import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { answerOf, bodyOf, noise, openServed, openTarget } from '../testing/stage.js';

const filters = [{ path: 'app', metricNameAllow: [], metricNameDeny: ['go_.*'] }];

async function metricsOf(agent: { metricsPort: number | undefined }): Promise<string[]> {
  const page = await (await fetch(`http://127.0.0.1:${agent.metricsPort}/metrics`)).text();
  return page.split('\n').filter((line) => line.startsWith('agent_filter_'));
}

it('an agent passes on what the filter of a path keeps, and counts the rest from zero', async () => {
  const target = await openTarget((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('# TYPE go_x gauge\ngo_x 1\nup 1\n'));
  });
  const { proxy, agent } = await openServed(target, { filters, metrics: { enabled: true, port: 0 } });
  const before = await metricsOf(agent);

  const answer = await answerOf(proxy, proxy.ask({ path: 'app' }));

  expect(answer).toMatchObject({ validResponse: true, zipped: false, contentAsText: 'up 1\n' });
  const { launchId } = agent.identity;
  const series = (lines: number, bytes: number): string[] => [
    `agent_filter_lines_dropped_total{launch_id="${launchId}",path="app"} ${lines}`,
    `agent_filter_bytes_saved_total{launch_id="${launchId}",path="app"} ${bytes}`,
  ];
  expect(before).toEqual(series(0, 0));
  expect(await metricsOf(agent)).toEqual(series(2, 25));
});

it('a large body flows through its filter', async () => {
  const kept = `up{x="${noise(900_000).toString('base64')}"} 1\n`.repeat(2);
  const target = await openTarget((_request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(`go_x 1\n${kept}go_y 1\n`);
  });
  const { proxy } = await openServed(target, { filters });

  const body = await bodyOf(proxy, proxy.ask({ path: 'app' }));

  const sent = gunzipSync(Buffer.concat(body.chunks.map(({ chunkBytes }) => chunkBytes)));
  expect(sent.toString()).toBe(kept);
  expect(proxy.bodyStreams.count).toBe(1);
});

it('a body over the limit is refused by its size before it is filtered', async () => {
  const text = `go_x{a="${'y'.repeat(1_000)}"} 1\n`.repeat(2_000);
  const target = await openTarget((_request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(text));
  });
  const { proxy } = await openServed(target, { filters, http: { maxContentLengthMBytes: 1 } });

  const answer = await answerOf(proxy, proxy.ask({ path: 'app' }));

  expect(answer).toMatchObject({ validResponse: false, statusCode: 413 });
});

it('a path without a filter gets the gzip of its target, byte for byte', async () => {
  const zipped = gzipSync(`go_x 1\n${'up 1\n'.repeat(200)}`, { level: 1 });
  const target = await openTarget((_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(zipped);
  });
  const { proxy } = await openServed(target, { filters: [{ ...filters[0], path: 'other' } as never] });

  const answer = await answerOf(proxy, proxy.ask({ path: 'app' }));

  expect(answer.contentAsZipped?.equals(zipped)).toBe(true);
});
