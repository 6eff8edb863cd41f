import { status } from '@grpc/grpc-js';
import { AGENT_ID_HEADER } from '@app/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stagePerSuite, stagePerTest } from '../../../../test/support/stage.js';
import { IDENTITY_HEADER } from '../agents/agent-call.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';
import { unaryCall } from '../testing/wire-call.js';

describe('a proxy that asks agents for a token', () => {
  const suite = stagePerSuite();
  let proxy: ProxyUnderTest;

  beforeAll(async () => {
    proxy = await ProxyUnderTest.start(suite, {
      agentToken: 'shared',
      auth: [
        { name: 'site-ä', token: 'token-a', paths: ['site-a/*'] },
        { name: 'site-b', token: 'token-b', paths: ['site-b/*', 'both'] },
      ],
    });
  });
  afterEach(() => proxy.expectAtRest({ agents: 0, paths: 0 }));
  const stage = stagePerTest();

  const connected = async (token: string): Promise<WireAgent> => {
    const agent = new WireAgent(stage, proxy.agentPort, token);
    await agent.connect();
    await agent.register();
    return agent;
  };

  it('turns away whoever has none or a wrong one, in the same words, without a header, on every call', async () => {
    const strangers = [undefined, '', 'wrong', 'SHARED'].map(
      (token) => new WireAgent(stage, proxy.agentPort, token),
    );

    const results = await Promise.all(
      strangers.flatMap(({ client, metadata }) => [
        unaryCall((done) => client.connectAgent({}, metadata, done)),
        unaryCall((done) => client.connectAgentWithTransportFilterDisabled({}, metadata, done)),
        unaryCall((done) => client.registerAgent({}, metadata, done)),
        unaryCall((done) => client.registerPath({}, metadata, done)),
        unaryCall((done) => client.unregisterPath({}, metadata, done)),
        unaryCall((done) => client.pathMapSize({}, metadata, done)),
        unaryCall((done) => client.sendHeartBeat({}, metadata, done)),
      ]),
    );

    const seen = results.map(({ error, headers }) =>
      JSON.stringify([error?.code, error?.details, headers?.get(AGENT_ID_HEADER) ?? []]),
    );
    expect(new Set(seen)).toEqual(
      new Set([JSON.stringify([status.UNAUTHENTICATED, 'Missing or invalid agent token', []])]),
    );
  });

  it('turns streams away as well', async () => {
    const stranger = new WireAgent(stage, proxy.agentPort, 'wrong');

    stranger.openReader('any');
    const calls = [stranger.openResponses(), stranger.openChunks()];

    await expect
      .poll(() => [stranger.readStatus, ...calls.map((call) => call.status)])
      .toEqual([status.UNAUTHENTICATED, status.UNAUTHENTICATED, status.UNAUTHENTICATED]);
  });

  it('lets each identity register the paths it may, and the shared token all', async () => {
    const [a, b, shared] = [
      await connected('token-a'),
      await connected('token-b'),
      await connected('shared'),
    ];

    const outcomes = [
      await a.registerPath('site-a/db'),
      await a.registerPath('/site-a/other'),
      await a.registerPath('site-b/db'),
      await a.registerPath('site-a/%2e%2e/site-b'),
      await b.registerPath('both'),
      await b.registerPath('site-a/db2'),
      await shared.registerPath('anything'),
    ];

    expect(outcomes.map(({ valid }) => valid)).toEqual([true, true, false, false, true, false, true]);
    expect(outcomes[2]).toMatchObject({
      pathId: -1,
      reason: "Agent identity 'site-ä' is not authorized to register path /site-b/db",
    });
  });

  it('never gives a path to another identity while its holder lives, whatever its launch id', async () => {
    const holder = await connected('token-b');
    await holder.registerPath('both');
    const other = await connected('shared');
    await other.register({ launchId: holder.agentId });

    const refused = await other.registerPath('both');
    holder.vanish();
    await expect.poll(() => proxy.metric('proxy_path_map_size')).toBe(0);
    const accepted = await other.registerPath('both');

    expect(refused).toMatchObject({
      valid: false,
      reason: 'Path /both is held by an agent of another identity',
    });
    expect(accepted.valid).toBe(true);
  });

  it('does not believe an identity that an agent claims in a header', async () => {
    const agent = await connected('token-a');
    agent.metadata.set(IDENTITY_HEADER, 'site-b');

    const refused = await agent.registerPath('site-b/db');

    expect(refused.reason).toContain("'site-ä'");
  });

  it('does not believe one either where no token is asked for', async () => {
    const open = await ProxyUnderTest.start(stage);
    const holder = await WireAgent.serving(stage, open.agentPort, ['app'], { launchId: 'one' });
    const sameProcess = new WireAgent(stage, open.agentPort);
    sameProcess.metadata.set(IDENTITY_HEADER, 'somebody');
    await sameProcess.connect();
    await sameProcess.register({ launchId: 'one' });

    const accepted = await sameProcess.registerPath('app');

    expect(accepted.valid).toBe(true);
    await expect.poll(() => holder.readStatus).toBe(status.OK);
  });
});
