import { status } from '@grpc/grpc-js';
import type { ChunkedScrapeResponseInit } from '@app/protocol';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openFilesOf } from '../../../../test/support/open-files.js';
import { Stage } from '../../../../test/support/stage.js';
import { TcpRelay } from '../../../../test/support/tcp-relay.js';
import { clientOptions } from '../testing/client-options.js';
import type { ProxyScript } from '../testing/proxy-script.js';
import type { ScriptedProxy } from '../testing/scripted-proxy.js';
import { noise, openProxy } from '../testing/stage.js';
import { OutgoingBody } from './outgoing-body.js';
import { PeerWords } from './peer-words.js';
import { GrpcProxyClient, type ProxyClientOptions } from './proxy-client.js';
import type { WriteStream } from './proxy-port.js';

const CHUNK_BYTES = 32 * 1024;

async function setUp(script?: ProxyScript, options?: Partial<ProxyClientOptions>) {
  const proxy: ScriptedProxy = await openProxy(script);
  const client = new GrpcProxyClient({ ...clientOptions(proxy.port), ...options });
  onTestFinished(() => client.close());
  return { proxy, client };
}

function chunk(): ChunkedScrapeResponseInit {
  const chunkBytes = noise(CHUNK_BYTES);
  return { chunk: { chunkScrapeId: 1, chunkCount: 1, chunkByteCount: CHUNK_BYTES, chunkBytes } };
}

/** Write so many chunks at once; how many were taken, and how many never will be. */
function writeAll(stream: WriteStream<ChunkedScrapeResponseInit>, count: number) {
  const taken = { yes: 0, no: 0 };
  for (let written = 0; written < count; written += 1) {
    void stream.write(chunk()).then((isTaken) => (taken[isTaken ? 'yes' : 'no'] += 1));
  }
  return taken;
}

/** Wait until a count does not change from one look at it to the next. */
async function isStill(count: () => number): Promise<void> {
  let before = -1;
  await vi.waitFor(() => {
    const isSame = count() === before;
    before = count();
    expect(isSame).toBe(true);
  });
}

describe('connecting', () => {
  test('gives the id from the header', async () => {
    const { client } = await setUp();

    expect(await client.connectAgent()).toEqual({ ok: true, value: 'agent-1' });
  });

  test('without an id in the header is a failure', async () => {
    const { client } = await setUp({ withoutAgentId: true });

    const problem = { code: status.INTERNAL, words: 'missing header agent-id' };
    expect(await client.connectAgent()).toEqual({ ok: false, problem });
  });

  test('gives the id from the message to a session that no connection is tied to', async () => {
    const { client } = await setUp({ withoutAgentId: true }, { isUnbound: true });

    expect(await client.connectAgent()).toEqual({ ok: true, value: 'agent-1' });
  });

  test('ends at the deadline of a single call', async () => {
    const { client } = await setUp({ silentOnConnect: true }, { unaryDeadlineMs: 200 });

    const outcome = await client.connectAgent();

    expect(outcome).toMatchObject({ ok: false, problem: { code: status.DEADLINE_EXCEEDED } });
  });

  test('ends when the client is closed', async () => {
    const { proxy, client } = await setUp({ silentOnConnect: true });

    const connecting = client.connectAgent();
    await vi.waitFor(() => expect(proxy.calls).toHaveLength(1));
    client.close();

    expect(await connecting).toMatchObject({ ok: false, problem: { code: status.CANCELLED } });
  });
});

describe('a client that is closed', () => {
  const openSockets = async (): Promise<number> =>
    (await openFilesOf(process.pid)).filter((name) => /^(socket|tcp)/.test(name)).length;

  test('leaves no connection behind, though its proxy neither takes what was written nor ends its side', async () => {
    const stage = new Stage();
    onTestFinished(() => stage.clear());
    const { proxy } = await setUp();
    const relay = await TcpRelay.start(stage, proxy.port);
    const { client } = await setUp({}, { target: `ipv4:127.0.0.1:${relay.port}` });
    const before = await openSockets();
    await client.connectAgent();
    const stream = client.writeChunks(true);

    relay.stall();
    writeAll(stream, 600);
    client.close();

    // What the relay holds of the two connections stays.
    await expect.poll(openSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before + 3);
  });
});

describe('what a proxy says', () => {
  test.each([
    [300, 'a'.repeat(300)],
    [301, `${'a'.repeat(300)}…`],
  ])('is kept to its bound: a reason of %d characters', async (length, reason) => {
    const words = new PeerWords(300);
    const { client } = await setUp({ refusePath: () => 'a'.repeat(length) }, { words });

    const outcome = await client.registerPath({ agentId: 'agent-1', path: 'app' });

    expect(outcome).toMatchObject({ ok: true, value: { valid: false, reason } });
    expect(words.bound.reached.value).toBe(length - 300);
  });

  test('is kept to its bound in what a call failed with', async () => {
    const { client } = await setUp({ heartbeat: () => 'error' }, { words: new PeerWords(3) });

    const outcome = await client.sendHeartBeat({ agentId: 'agent-1' });

    expect(outcome).toMatchObject({
      ok: false,
      problem: { words: expect.stringMatching(/^.{3}…$/) as string },
    });
  });
});

describe('a heartbeat', () => {
  test('fails when the proxy says nothing for three seconds', async () => {
    const { client } = await setUp({ heartbeat: () => 'silence' }, { unaryDeadlineMs: 0 });

    const startedAtMs = performance.now();
    const outcome = await client.sendHeartBeat({ agentId: 'agent-1' });

    expect(outcome).toMatchObject({ ok: false, problem: { code: status.DEADLINE_EXCEEDED } });
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
  });

  test('that is answered is a sign of life', async () => {
    const { client } = await setUp();
    const { sentAtMs, heardAtMs } = client.activity;

    await client.sendHeartBeat({ agentId: 'agent-1' });

    expect(client.activity.sentAtMs).toBeGreaterThan(sentAtMs);
    expect(client.activity.heardAtMs).toBeGreaterThan(heardAtMs);
  });
});

describe('a message on a stream', () => {
  test('is taken when the link takes it, not before', async () => {
    const { proxy, client } = await setUp({ isSlowReader: true });
    const stream = client.writeChunks(true);
    await vi.waitFor(() => expect(proxy.bodyStreams.count).toBe(1));

    const taken = writeAll(stream, 64);
    await isStill(() => taken.yes);

    // The window of a stream and 16 messages that grpc-js reads ahead; far from the 64 that were written.
    expect(taken.yes).toBeLessThan(25);
    proxy.readBodyStreams();
    await vi.waitFor(() => expect(taken).toEqual({ yes: 64, no: 0 }));
  });

  test.each([
    ['the proxy dies', (proxy: ScriptedProxy) => proxy.kill()],
    ['the client is closed', (_proxy: ScriptedProxy, client: GrpcProxyClient) => client.close()],
  ])('that was not taken never will be when %s', async (_name, end) => {
    const { proxy, client } = await setUp({ isSlowReader: true });
    const stream = client.writeChunks(true);
    await vi.waitFor(() => expect(proxy.bodyStreams.count).toBe(1));
    const taken = writeAll(stream, 64);

    end(proxy, client);

    await vi.waitFor(() => expect(taken.yes + taken.no).toBe(64));
    expect(taken.no).toBeGreaterThan(30);
    expect(await stream.ended).toBeDefined();
    expect(await stream.write(chunk())).toBe(false);
  });
});

describe('a body in a message that the link has taken in part', () => {
  test('stays in memory when the proxy ends the stream', async () => {
    const stage = new Stage();
    onTestFinished(() => stage.clear());
    const proxy = await openProxy();
    const relay = await TcpRelay.start(stage, proxy.port);
    const client = new GrpcProxyClient(clientOptions(relay.port));
    onTestFinished(() => client.close());
    const stream = client.writeResponses();
    await stream.write({ scrapeId: 1 });
    await vi.waitFor(() => expect(proxy.responses).toHaveLength(1));
    let hasEnded = false;
    void stream.ended.then(() => (hasEnded = true));

    // What is sent may be read by the system for as long as the socket is open: only a write that was taken is done with.
    relay.stallOutward();
    const outcomes: string[] = [];
    for (let scrapeId = 2; scrapeId < 42; scrapeId += 1) {
      const zippedBody = new OutgoingBody([noise(340_000)]);
      void stream.write({ scrapeId, zipped: true, zippedBody }).then((isTaken) => {
        outcomes.push(isTaken ? (hasEnded ? 'taken after the end' : 'taken') : 'not taken');
      });
    }
    await isStill(() => outcomes.length);
    proxy.failWriteStreams();

    await vi.waitFor(() => expect(outcomes).toHaveLength(40));
    expect(outcomes).not.toContain('taken after the end');
    expect(outcomes).toContain('not taken');
  });
});

test('a client that is closed begins nothing any more', async () => {
  const { proxy, client } = await setUp();
  await client.connectAgent();

  client.close();
  client.close();

  const read = client.readRequests('agent-1', () => undefined);
  const write = client.writeResponses();
  expect(await client.sendHeartBeat({ agentId: 'agent-1' })).toMatchObject({ ok: false });
  expect(await read.ended).toMatchObject({ code: status.CANCELLED });
  expect(await write.write({})).toBe(false);
  expect(proxy.calls).toEqual(['connectAgent']);
});
