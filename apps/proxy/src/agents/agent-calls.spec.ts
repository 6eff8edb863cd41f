import { status } from '@grpc/grpc-js';
import { AGENT_ID_HEADER, CAPABILITIES, type PathMapSizeResponseMessage } from '@app/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';
import { answerOf, unaryCall } from '../testing/wire-call.js';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

describe("the proxy's calls for agents", () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;
  let agent: WireAgent;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite);
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();
  beforeEach(async () => {
    agent = new WireAgent(stage, proxy.agentPort);
    await agent.connect();
  });

  const pathMapSize = (by = agent): Promise<PathMapSizeResponseMessage> =>
    answerOf(unaryCall((done) => by.client.pathMapSize({ agentId: by.agentId }, done)));
  const unregister = (path: string, agentId = agent.agentId): Promise<{ valid: boolean; reason: string }> =>
    answerOf(unaryCall((done) => agent.client.unregisterPath({ agentId, path }, done)));

  it('connect an agent with an id of its own in the header, the same on the same connection', async () => {
    const first = agent.agentId;
    const other = new WireAgent(stage, proxy.agentPort);

    const again = await agent.connect();
    await other.connect();

    expect(first).toMatch(UUID);
    expect([again.answer, agent.agentId]).toEqual([{}, first]);
    expect(other.agentId).toMatch(UUID);
    expect(other.agentId).not.toBe(first);
  });

  it('register an agent, and tell what the proxy can only to one that can as well', async () => {
    const older = await agent.register();
    const newer = await agent.register({ capabilities: ['scrape-budget', 'from-the-future'] });

    expect(older).toMatchObject({ valid: true, reason: '', agentId: agent.agentId, capabilities: [] });
    expect(newer).toMatchObject({ valid: true, capabilities: [...CAPABILITIES] });
  });

  it('register, count and unregister paths', async () => {
    await agent.register();
    const before = await pathMapSize();

    const app = await agent.registerPath('app');
    const again = await agent.registerPath('app');
    const other = await agent.registerPath('site/db%201');
    const gone = await unregister('app');
    const unknown = await unregister('app');

    expect(before.pathCount).toBe(0);
    expect([app, again, other].map(({ valid, pathCount }) => [valid, pathCount])).toEqual([
      [true, 1],
      [true, 1],
      [true, 2],
    ]);
    expect(new Set([app.pathId, again.pathId, other.pathId]).size).toBe(3);
    expect([gone, unknown]).toMatchObject([
      { valid: true, reason: '' },
      { valid: false, reason: 'Unable to remove path /app - path not found' },
    ]);
    expect((await pathMapSize()).pathCount).toBe(1);
  });

  it.each(['', '/', 'a//b', 'a/../b', '-/own', 'a'.repeat(1025)])(
    'refuse the path %j as an answer, with the count all the same',
    async (path) => {
      await agent.register();
      await agent.registerPath('app');

      const refused = await agent.registerPath(path);

      expect(refused).toMatchObject({ valid: false, pathId: -1, pathCount: 1 });
      expect(refused.reason).not.toBe('');
    },
  );

  it('warn of labels that were dropped only who can be warned, and serve the path to both', async () => {
    const labels = '{"good": 1, "bad-name": "x"}';
    await agent.register();
    const older = await agent.registerPath('older', { labels });
    const other = new WireAgent(stage, proxy.agentPort);
    await other.connect();
    await other.register({ capabilities: ['path-warnings'] });
    const newer = await other.registerPath('newer', { labels });

    expect([older.valid, older.warnings]).toEqual([true, []]);
    expect([newer.valid, newer.warnings]).toEqual([true, [expect.stringContaining('bad-name')]]);
  });

  it.each(['agentName', 'hostName', 'launchId'])(
    'refuse a name that is too long to keep: %s',
    async (field) => {
      const most = await agent.register({ [field]: 'x'.repeat(257) });

      expect(most).toMatchObject({
        valid: false,
        reason: expect.stringMatching(/257 characters, at most 256/),
      });
    },
  );

  it('take the connection for the id that an agent leaves out, once both know of it', async () => {
    const before = await agent.heartBeat({ agentId: '' });
    await agent.register({ capabilities: ['implied-agent-id'] });
    await agent.registerPath('app');
    agent.openStreams();
    agent.onScrape = ({ scrapeId }) => agent.answer(scrapeId, { agentId: '', contentAsText: 'mine' });

    const answer = await proxy.scrape('app');
    const after = await agent.heartBeat({ agentId: '' });

    expect([before.valid, after.valid]).toEqual([false, true]);
    expect(answer.body.toString()).toBe('mine');
    expect(agent.requests.map(({ agentId, path }) => [agentId, path])).toEqual([['', 'app']]);
  });

  it('answer heartbeats, and count them all', async () => {
    const before = (await proxy.metric('proxy_heartbeat_count_total')) ?? 0;

    const known = await agent.heartBeat();
    const unknown = await new WireAgent(stage, proxy.agentPort).heartBeat({ agentId: 'nobody' });

    expect(known).toMatchObject({ valid: true, reason: '' });
    expect(unknown).toMatchObject({ valid: false, reason: 'Invalid agentId: nobody (sendHeartBeat)' });
    expect(await proxy.metric('proxy_heartbeat_count_total')).toBe(before + 2);
  });

  it.each([
    ['registerAgent', (by: WireAgent, agentId: string) => by.register({ agentId })],
    ['registerPath', (by: WireAgent, agentId: string) => by.registerPath('app', { agentId })],
    ['sendHeartBeat', (by: WireAgent, agentId: string) => by.heartBeat({ agentId })],
    [
      'unregisterPath',
      (by: WireAgent, agentId: string) =>
        answerOf(
          unaryCall<{ valid: boolean; reason: string }>((done) =>
            by.client.unregisterPath({ agentId, path: 'app' }, done),
          ),
        ),
    ],
  ])('refuse the id of another connection in %s, and end the session that used it', async (rpc, call) => {
    const thief = new WireAgent(stage, proxy.agentPort);
    await thief.connect();

    const refused = await call(thief, agent.agentId);
    const afterwards = await thief.heartBeat();
    const victim = await agent.heartBeat();

    expect(refused).toMatchObject({
      valid: false,
      reason: `agentId ${agent.agentId} does not match the connection's agentId (${rpc})`,
    });
    expect([afterwards.valid, victim.valid]).toEqual([false, true]);
  });

  it('give out requests to nobody but the agent they are for', async () => {
    const thief = new WireAgent(stage, proxy.agentPort);
    const bystander = new WireAgent(stage, proxy.agentPort);
    await thief.connect();

    thief.openReader(agent.agentId);
    bystander.openReader('nobody');

    await expect
      .poll(() => [thief.readStatus, bystander.readStatus])
      .toEqual([status.PERMISSION_DENIED, status.NOT_FOUND]);
    expect((await agent.heartBeat()).valid).toBe(true);
  });

  it('take answers from nobody but the agent that was asked', async () => {
    await agent.register();
    await agent.registerPath('app');
    agent.openStreams();
    const thief = await WireAgent.serving(stage, proxy.agentPort, []);
    const scraping = proxy.scrape('app');
    await expect.poll(() => agent.requests.length).toBe(1);
    const { scrapeId } = agent.requests[0]!;

    thief.answer(scrapeId, { contentAsText: 'forged' });
    thief.responses!.stream.end();
    await expect.poll(() => thief.responses?.status).toBe(status.OK);
    agent.answer(scrapeId, { contentAsText: 'genuine' });

    expect((await scraping).body.toString()).toBe('genuine');
  });

  it('carry the agent id in the header of every answer on a bound connection, and on no other', async () => {
    const unbound = new WireAgent(stage, proxy.agentPort);
    await unbound.connectUnbound();
    const stranger = new WireAgent(stage, proxy.agentPort);
    const headersOf = async (by: WireAgent): Promise<unknown[]> => {
      const { agentId } = by;
      const results = await Promise.all([
        unaryCall((done) => by.client.registerAgent({ agentId }, done)),
        unaryCall((done) => by.client.registerPath({ agentId, path: '' }, done)),
        unaryCall((done) => by.client.unregisterPath({ agentId, path: 'x' }, done)),
        unaryCall((done) => by.client.pathMapSize({ agentId }, done)),
        unaryCall((done) => by.client.sendHeartBeat({ agentId }, done)),
      ]);
      return results.map(({ headers }) => headers?.get(AGENT_ID_HEADER)[0]);
    };

    expect(await headersOf(agent)).toEqual(Array(5).fill(agent.agentId));
    expect(await headersOf(unbound)).toEqual(Array(5).fill(undefined));
    expect(await headersOf(stranger)).toEqual(Array(5).fill(undefined));
    unbound.openReader();
    await expect.poll(() => proxy.metric('proxy_agent_map_size')).toBe(2);
  });
});
