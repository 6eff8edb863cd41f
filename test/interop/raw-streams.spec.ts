import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { RawCall } from './raw-connection.js';
import { outcomeOf, readRequest, writeText } from './raw-peer.js';
import { rawStage } from './raw-stage.js';
import { transferOf, writeTransfer } from './raw-transfer.js';

const WRITES = ['writeResponsesToProxy', 'writeChunkedResponsesToProxy'] as const;
const AT_ONCE_MS = 1_000;

const { dial, serve, scrapePath, proxy } = rawStage();

/** A completed stream: Empty and OK, in no time. */
async function expectCompleted(rpc: string, call: RawCall): Promise<void> {
  await call.status(AT_ONCE_MS);
  expect(await outcomeOf(rpc, call)).toMatchObject({ code: status.OK, answer: {} });
}

describe.each(WRITES)('%s, half-closed by the agent,', (rpc) => {
  it('is completed at once while the session goes on', async () => {
    const { peer, agentId, writes, chunks } = await serve(dial());
    const call = rpc === 'writeResponsesToProxy' ? writes : chunks;

    call.halfClose();

    await expectCompleted(rpc, call);
    expect((await peer.call('sendHeartBeat', { agentId })).answer).toMatchObject({ valid: true });
  });

  it('is completed at once on a connection that never had an agent', async () => {
    const call = dial().openWrite(rpc);

    call.halfClose();

    await expectCompleted(rpc, call);
  });

  it('is completed at once when the session has ended', async () => {
    const { peer, requests, writes, chunks } = await serve(dial());
    const call = rpc === 'writeResponsesToProxy' ? writes : chunks;
    const { agentId: other } = await serve(dial());
    await peer.call('sendHeartBeat', { agentId: other });
    await requests.status();

    call.halfClose();

    await expectCompleted(rpc, call);
  });

  it('is completed at once while a scrape waits for its answer', async () => {
    const { path, requests, writes, chunks } = await serve(dial());
    const call = rpc === 'writeResponsesToProxy' ? writes : chunks;
    const scraping = scrapePath(path);
    await readRequest(requests, 0);

    call.halfClose();

    await expectCompleted(rpc, call);
    requests.cancel();
    expect((await scraping).status).toBe(502);
  });
});

describe('an answer in chunks', () => {
  it('may come on any call of the session, and share it with others', async () => {
    const { peer, path, requests, chunks } = await serve(dial());
    const own = peer.openWrite('writeChunkedResponsesToProxy');
    const scrapes = [scrapePath(path), scrapePath(path), scrapePath(path)];
    const asked = await Promise.all([0, 1, 2].map((index) => readRequest(requests, index)));
    const transfers = asked.map((request) =>
      transferOf(request, `scrape_id ${String(request['scrapeId'])}\n`),
    );

    writeTransfer(own, transfers[0] ?? []);
    const [second = [], third = []] = transfers.slice(1);
    for (const index of second.keys()) {
      writeTransfer(
        chunks,
        [second[index] ?? {}, third[index] ?? {}].filter((message) => Object.keys(message).length > 0),
      );
    }

    const bodies = await Promise.all(scrapes.map(async (scraping) => (await scraping).body.toString()));
    expect(bodies.sort()).toEqual(asked.map(({ scrapeId }) => `scrape_id ${String(scrapeId)}\n`).sort());
  });

  it('that is abandoned fails at once, and alone', async () => {
    const { path, requests, chunks } = await serve(dial());
    const [abandoned, whole] = [scrapePath(path), scrapePath(path)];
    const first = await readRequest(requests, 0);
    const second = await readRequest(requests, 1);

    writeTransfer(chunks, transferOf(first, 'never whole 1\n').slice(0, 2));
    writeTransfer(chunks, [{ summary: { summaryScrapeId: first['scrapeId'] } }]);
    writeTransfer(chunks, transferOf(second, 'whole 1\n'));

    const results = await Promise.all([abandoned, whole]);
    expect(new Set(results.map((result) => result.status))).toEqual(new Set([200, 502]));
  });

  it('that ends with its stream before its summary fails at once', async () => {
    const { path, requests, chunks } = await serve(dial());
    const scraping = scrapePath(path);
    writeTransfer(chunks, transferOf(await readRequest(requests, 0), 'cut 1\n').slice(0, -1));

    chunks.halfClose();

    expect((await scraping).status).toBe(502);
    await expectCompleted('writeChunkedResponsesToProxy', chunks);
  });

  it('goes on after a message that says nothing', async () => {
    const { path, requests, chunks } = await serve(dial());
    const scraping = scrapePath(path);
    const [header = {}, ...rest] = transferOf(await readRequest(requests, 0), 'sound 1\n');

    writeTransfer(chunks, [header, {}, ...rest]);

    expect((await scraping).body.toString()).toBe('sound 1\n');
  });
});

describe('an answer that nobody waits for', () => {
  it('is dropped, and costs the session nothing', async () => {
    const { agentId, path, requests, writes, chunks } = await serve(dial());
    const unknown = { agentId, scrapeId: 4_711_000 };

    writeText(writes, unknown, 'unknown 1\n');
    writeTransfer(chunks, transferOf(unknown, 'unknown 1\n'));

    const scraping = scrapePath(path);
    const request = await readRequest(requests, 0);
    writeText(writes, request, 'known 1\n');
    writeText(writes, request, 'twice 1\n');
    expect((await scraping).body.toString()).toBe('known 1\n');
    expect(proxy().program.isRunning).toBe(true);
    expect(requests.isEnded).toBe(false);
  });
});

describe('readRequestsFromProxy', () => {
  it('asks an older agent for nothing that it does not know', async () => {
    const { path, requests, writes } = await serve(dial());

    const scraping = scrapePath(path);
    const request = await readRequest(requests, 0);
    writeText(writes, request, 'a 1\n');
    await scraping;

    expect(request).toMatchObject({ budgetMillis: 0, cancelled: false });
  });

  it('ends its session with it, and the connection can have another', async () => {
    const { peer, agentId, path, requests, writes } = await serve(dial());
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'a 1\n');
    await scraping;

    requests.cancel();

    await expect
      .poll(async () => (await peer.call('sendHeartBeat', { agentId })).answer?.['valid'], { interval: 20 })
      .toBe(false);
    const again = await peer.connect();
    expect(again).not.toBe(agentId);
    expect((await peer.call('registerAgent', { agentId: again })).answer).toMatchObject({ valid: true });
  });
});
