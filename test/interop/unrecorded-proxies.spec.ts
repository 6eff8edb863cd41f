import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { stagePerTest } from '../support/stage.js';
import { startCast } from './agent-cast.js';
import { readRecording } from './recording.js';
import { waitFor } from './scripted-session.js';
import { readSessions, type SessionScript, type UnaryAnswer } from './session-script.js';
import { encode, type Fields } from './wire-codec.js';

const answerWith = (rpc: string, fields: Fields): UnaryAnswer => ({
  headers: {},
  bytes: encode(rpc, 'proxy', fields),
  code: status.OK,
  details: '',
});

const failWith = (code: status, details: string): UnaryAnswer => ({
  headers: {},
  bytes: Buffer.alloc(0),
  code,
  details,
});

/** The first two recorded sessions, the first of them with other answers to one RPC. */
async function sessionsWith(rpc: string, answers: UnaryAnswer[]): Promise<SessionScript[]> {
  const [first, second] = await readSessions(readRecording(['evicted']));
  if (first === undefined || second === undefined) throw new Error('two sessions were recorded');
  return [{ ...first, unaryAnswers: new Map([...first.unaryAnswers, [rpc, answers]]) }, second];
}

describe('our agent at an existing proxy that does what was not recorded', () => {
  const stage = stagePerTest();

  it('dials again at once when its heartbeat is answered with valid=false', async () => {
    const reason = 'Invalid agentId: 1 (sendHeartBeat)';
    const evicting = await sessionsWith('sendHeartBeat', [
      answerWith('sendHeartBeat', { valid: false, reason }),
    ]);
    const { proxy, agent } = await startCast(stage, evicting);
    const first = await proxy.session(0);
    await first.waitForStreams();

    const second = await proxy.session(1);
    await second.waitForStreams();

    expect(first.messages.filter(({ rpc }) => rpc === 'sendHeartBeat')).toHaveLength(1);
    await agent.stop();
  });

  it('dials again when three heartbeats in a row fail', async () => {
    const failing = await sessionsWith('sendHeartBeat', [failWith(status.UNAVAILABLE, 'not now')]);
    const { proxy, agent } = await startCast(stage, failing);
    const first = await proxy.session(0);
    await first.waitForStreams();

    await (await proxy.session(1)).waitForStreams();

    expect(first.messages.filter(({ rpc }) => rpc === 'sendHeartBeat')).toHaveLength(3);
    await agent.stop();
  });

  it('goes on when two heartbeats fail and the third does not', async () => {
    const twice = failWith(status.UNAVAILABLE, 'not now');
    const recovering = await sessionsWith('sendHeartBeat', [
      twice,
      twice,
      answerWith('sendHeartBeat', { valid: true }),
    ]);
    const { proxy, agent } = await startCast(stage, recovering);
    const first = await proxy.session(0);
    await first.waitForStreams();

    await waitFor(
      () => first.messages.filter(({ rpc }) => rpc === 'sendHeartBeat').length >= 4,
      'the agent stopped sending heartbeats',
    );

    expect(proxy.sessions[1]?.messages).toEqual([]);
    await agent.stop();
  });

  it('dials again when it is not registered', async () => {
    const refusing = await sessionsWith('registerAgent', [
      answerWith('registerAgent', { valid: false, reason: 'not today' }),
    ]);
    const { proxy, agent } = await startCast(stage, refusing);

    await (await proxy.session(1)).waitForStreams();

    const [first] = proxy.sessions;
    expect(first?.messages.map(({ rpc }) => rpc)).toEqual(['connectAgent', 'registerAgent']);
    expect(agent.program.output).toContain('not today');
    await agent.stop();
  });

  it('answers a request for a path that it does not have', async () => {
    const { proxy, agent } = await startCast(
      stage,
      await readSessions(readRecording(['transport-filter-disabled'])),
    );
    const session = await proxy.session(0);
    await session.waitForStreams();

    const answer = await session.scrape(
      encode('readRequestsFromProxy', 'proxy', { agentId: '1', scrapeId: 0, path: 'never-registered' }),
    );

    expect(answer).toMatchObject({ agentId: '1', scrapeId: 0, isValid: false, statusCode: 404, body: '' });
    await agent.stop();
  });
});
