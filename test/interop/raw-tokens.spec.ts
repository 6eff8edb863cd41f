import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { rawStage } from './raw-stage.js';
import { RPCS } from './wire-codec.js';

const TOKEN = 'secret-a';

const { dial, proxy } = rawStage({
  agentToken: 'shared-secret',
  auth: [{ name: 'team-a', token: TOKEN, paths: ['a_*', 'exact'] }],
});

describe('a proxy with identities', () => {
  it.each(RPCS)('refuses %s without a token and with an unknown one in the same words', async (rpc) => {
    const missing = await dial().call(rpc, { agentId: 'nobody' });
    const unknown = await dial().call(rpc, { agentId: 'nobody' }, 'secret-b');

    const refusal = {
      code: status.UNAUTHENTICATED,
      details: 'Missing or invalid agent token',
      agentIdHeader: undefined,
      answer: undefined,
    };
    expect([missing, unknown]).toEqual([refusal, refusal]);
  });

  it.each(['', 'secret-', 'secret-aa', 'SECRET-A', 'team-a'])(
    'does not take %j for a token',
    async (token) => {
      expect((await dial().call('connectAgent', {}, token)).code).toBe(status.UNAUTHENTICATED);
    },
  );

  it.each([
    ['a_mid', true],
    ['/a_mid', true],
    ['a_', true],
    ['exact', true],
    ['exactly', false],
    ['b_mid', false],
    ['A_mid', false],
    ['x/a_mid', false],
  ])('gives an identity %s: %s', async (path, valid) => {
    const peer = dial();
    const { agentIdHeader: agentId } = await peer.call('connectAgent', {}, TOKEN);
    await peer.call('registerAgent', { agentId, agentName: 'agent-a' }, TOKEN);

    const { answer } = await peer.call('registerPath', { agentId, path }, TOKEN);

    const reason = `Agent identity 'team-a' is not authorized to register path /${path}`;
    expect(answer).toMatchObject(valid ? { valid } : { valid, reason, pathId: -1 });
  });

  it('lets the shared token have every path', async () => {
    const peer = dial();
    const { agentIdHeader: agentId } = await peer.call('connectAgent', {}, 'shared-secret');
    await peer.call('registerAgent', { agentId, agentName: 'shared' }, 'shared-secret');

    const { answer } = await peer.call('registerPath', { agentId, path: 'anything' }, 'shared-secret');

    expect(answer).toMatchObject({ valid: true });
  });

  it('says no token in its log', () => {
    expect(proxy().program.output).not.toMatch(/secret-a|secret-b|shared-secret/);
  });
});
