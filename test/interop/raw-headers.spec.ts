import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { outcomeOf, readRequest, writeText } from './raw-peer.js';
import { rawStage } from './raw-stage.js';

const WRITES = ['writeResponsesToProxy', 'writeChunkedResponsesToProxy'] as const;
const UNARY = ['registerAgent', 'registerPath', 'unregisterPath', 'pathMapSize', 'sendHeartBeat'];

const { dial, freshPath, serve, scrapePath } = rawStage();

describe('the response header agent-id', () => {
  it.each(UNARY)('is on the answer of a bound connection to %s', async (rpc) => {
    const peer = dial();
    const agentId = await peer.register('bound');

    const { agentIdHeader } = await peer.call(rpc, { agentId, path: freshPath() });

    expect(agentIdHeader).toBe(agentId);
  });

  it.each(UNARY.filter((rpc) => rpc !== 'pathMapSize'))('is on a refusal by %s too', async (rpc) => {
    const { agentId: owner } = await serve(dial());
    const peer = dial();
    const agentId = await peer.connect();

    const { answer, agentIdHeader } = await peer.call(rpc, { agentId: 'nobody', path: 'x' });

    expect(owner).not.toBe(agentId);
    expect(answer).toMatchObject({ valid: false });
    expect(agentIdHeader).toBe(agentId);
  });

  it('is there with the first request', async () => {
    const { agentId, path, requests, writes } = await serve(dial());

    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'a 1\n');

    expect(requests.seenMetadata).toMatchObject({ 'agent-id': agentId });
    await scraping;
  });

  it.each(WRITES)('is on the end of %s', async (rpc) => {
    const peer = dial();
    const agentId = await peer.register('bound');
    const call = peer.openWrite(rpc);

    call.halfClose();

    expect(await outcomeOf(rpc, call)).toMatchObject({ code: status.OK, agentIdHeader: agentId });
  });

  it.each(UNARY)('is not on an answer of a connection without an agent to %s', async (rpc) => {
    const { agentIdHeader } = await dial().call(rpc, { agentId: 'nobody', path: 'x' });

    expect(agentIdHeader).toBeUndefined();
  });
});

describe('an id that is not bound to a connection', () => {
  it('comes in the message, and its answers carry no header', async () => {
    const peer = dial();

    const connected = await peer.call('connectAgentWithTransportFilterDisabled');
    const agentId = connected.answer?.['agentId'];
    const registered = await peer.call('registerAgent', { agentId, agentName: 'unbound' });
    const path = await peer.call('registerPath', { agentId, path: freshPath() });

    expect(agentId).toMatch(/^[0-9a-f-]{36}$/);
    expect([connected, registered, path].map(({ agentIdHeader }) => agentIdHeader)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([registered, path].map(({ answer }) => answer?.['valid'])).toEqual([true, true]);
  });

  it('serves a scrape with every call on a connection of its own', async () => {
    const path = freshPath();
    const { answer } = await dial().call('connectAgentWithTransportFilterDisabled');
    const agentId = String(answer?.['agentId']);
    await dial().call('registerAgent', { agentId, agentName: 'spread' });
    await dial().call('registerPath', { agentId, path });
    const requests = dial().openRequests(agentId);
    const writes = dial().openWrite('writeResponsesToProxy');

    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'spread 1\n');

    expect((await scraping).body.toString()).toBe('spread 1\n');
    expect((await dial().call('sendHeartBeat', { agentId })).answer).toMatchObject({ valid: true });
  });

  it('is gone when its stream of requests ends', async () => {
    const { answer } = await dial().call('connectAgentWithTransportFilterDisabled');
    const agentId = String(answer?.['agentId']);
    const path = freshPath();
    await dial().call('registerAgent', { agentId, agentName: 'leaving' });
    await dial().call('registerPath', { agentId, path });
    const requests = dial().openRequests(agentId);
    const writes = dial().openWrite('writeResponsesToProxy');
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'a 1\n');
    await scraping;

    requests.cancel();

    await expect
      .poll(async () => (await dial().call('sendHeartBeat', { agentId })).answer?.['valid'], { interval: 20 })
      .toBe(false);
    expect((await scrapePath(path)).status).not.toBe(200);
  });
});
