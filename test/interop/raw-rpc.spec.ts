import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { outcomeOf, readRequest, writeText } from './raw-peer.js';
import { rawStage } from './raw-stage.js';
import { transferOf, writeTransfer } from './raw-transfer.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const { dial, serve, scrapePath } = rawStage();

describe('connectAgent', () => {
  it('gives an id nobody can guess, and the same again on the same connection', async () => {
    const peer = dial();

    const first = await peer.connect();
    const second = await peer.connect();
    const other = await dial().connect();

    expect([first, other]).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('an agent id that the proxy does not know', () => {
  it.each(['registerAgent', 'unregisterPath', 'sendHeartBeat'])('is refused in words by %s', async (rpc) => {
    const { code, answer } = await dial().call(rpc, { agentId: 'nobody', path: 'x' });

    expect(code).toBe(status.OK);
    expect(answer).toMatchObject({ valid: false, reason: `Invalid agentId: nobody (${rpc})` });
  });

  it('is echoed by registerAgent', async () => {
    const { answer } = await dial().call('registerAgent', { agentId: 'nobody' });

    expect(answer).toMatchObject({ valid: false, agentId: 'nobody' });
  });

  it('gets no path, and still learns how many there are', async () => {
    const { agentId } = await serve(dial());
    const counted = await dial().call('pathMapSize', { agentId: '' });

    const { answer } = await dial().call('registerPath', { agentId: 'nobody', path: 'x' });

    expect(agentId).toMatch(UUID);
    expect(answer).toMatchObject({
      valid: false,
      reason: 'Invalid agentId: nobody (registerPath)',
      pathId: -1,
      pathCount: counted.answer?.['pathCount'],
    });
  });

  it.each(['on a connection without an agent', 'on a connection with one'])(
    'gets no requests %s',
    async (where) => {
      const peer = dial();
      if (where.endsWith('one')) await peer.connect();

      const { code, agentIdHeader } = await outcomeOf('readRequestsFromProxy', peer.openRequests('nobody'));

      expect({ code, agentIdHeader }).toEqual({ code: status.NOT_FOUND, agentIdHeader: undefined });
    },
  );
});

describe('an agent id of another connection', () => {
  it.each(['registerAgent', 'registerPath', 'unregisterPath', 'sendHeartBeat'])(
    'is refused by %s, and costs its owner nothing',
    async (rpc) => {
      const owner = dial();
      const { agentId, path, requests, writes } = await serve(owner);
      const thief = dial();
      await thief.register('thief');

      const { code, answer } = await thief.call(rpc, { agentId, path, agentName: 'thief' });

      expect(code).toBe(status.OK);
      expect(answer).toMatchObject({
        valid: false,
        reason: `agentId ${agentId} does not match the connection's agentId (${rpc})`,
        ...(rpc === 'registerPath' ? { pathId: -1 } : {}),
      });
      expect((await owner.call('sendHeartBeat', { agentId })).answer).toMatchObject({ valid: true });
      const scraping = scrapePath(path);
      writeText(writes, await readRequest(requests, 0), 'owner 1\n');
      expect((await scraping).body.toString()).toBe('owner 1\n');
    },
  );

  it('is refused from a connection that has no agent of its own', async () => {
    const { agentId } = await serve(dial());

    const heartbeat = await dial().call('sendHeartBeat', { agentId });
    const requests = await outcomeOf('readRequestsFromProxy', dial().openRequests(agentId));

    expect(heartbeat.answer).toMatchObject({ valid: false });
    expect(requests.code).toBe(status.PERMISSION_DENIED);
  });

  it('gets no requests, and its owner still does', async () => {
    const { agentId, path, requests, writes } = await serve(dial());
    const thief = dial();
    await thief.connect();

    const stolen = await outcomeOf('readRequestsFromProxy', thief.openRequests(agentId));

    expect(stolen).toMatchObject({
      code: status.PERMISSION_DENIED,
      details: `agentId ${agentId} does not match the connection's agentId (readRequestsFromProxy)`,
      agentIdHeader: undefined,
    });
    const scraping = scrapePath(path);
    writeText(writes, await readRequest(requests, 0), 'owner 1\n');
    expect((await scraping).status).toBe(200);
  });

  it('is refused by pathMapSize', async () => {
    const { agentId } = await serve(dial());
    const thief = dial();
    await thief.connect();

    expect((await thief.call('pathMapSize', { agentId })).code).toBe(status.PERMISSION_DENIED);
  });

  it.each(['in one message', 'in chunks'])('gives no answer %s for its owner', async (how) => {
    const { path, requests, writes } = await serve(dial());
    const thief = await serve(dial());
    const scraping = scrapePath(path);
    const request = await readRequest(requests, 0);

    if (how === 'in chunks') writeTransfer(thief.chunks, transferOf(request, 'thief 1\n'));
    else writeText(thief.writes, request, 'thief 1\n');
    await thief.requests.status();
    writeText(writes, request, 'owner 1\n');

    expect((await scraping).body.toString()).toBe('owner 1\n');
  });

  it('gives no answer under the own id either', async () => {
    const owner = await serve(dial());
    const thief = await serve(dial());
    const scraping = scrapePath(owner.path);
    const request = await readRequest(owner.requests, 0);

    writeText(thief.writes, request, 'thief 1\n', { agentId: thief.agentId });
    thief.writes.halfClose();
    await thief.writes.status();
    writeText(owner.writes, request, 'owner 1\n');

    expect((await scraping).body.toString()).toBe('owner 1\n');
  });

  it('ends the session that uses it', async () => {
    const { agentId } = await serve(dial());
    const thief = dial();
    const served = await serve(thief);

    await thief.call('sendHeartBeat', { agentId });

    expect(await served.requests.status()).toMatchObject({ code: status.OK });
    expect((await thief.call('sendHeartBeat', { agentId: served.agentId })).answer).toMatchObject({
      valid: false,
    });
  });
});
