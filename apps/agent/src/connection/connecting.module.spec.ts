import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CAPABILITIES } from '@app/protocol';
import { answerOf, openAgent, openProxy, openServed, openTarget, served } from '../testing/stage.js';
import { ScriptedProxy } from '../testing/scripted-proxy.js';
import { pathConfig } from '../testing/test-agent.js';

const CONNECT_MS = 10_000;

test('an agent connects in the order every proxy expects', async () => {
  const proxy = await openProxy();
  const pathConfigs = ['b', 'a', 'c'].map((path) => pathConfig(path, `http://host/${path}`));

  await openAgent(proxy, { pathConfigs });
  await served(proxy);

  expect(proxy.calls.slice(0, 5)).toEqual([
    'connectAgent',
    'registerAgent',
    'registerPath b',
    'registerPath a',
    'registerPath c',
  ]);
  expect(proxy.calls.slice(5).toSorted()).toEqual([
    'readRequestsFromProxy',
    'writeChunkedResponsesToProxy',
    'writeResponsesToProxy',
  ]);
});

test('an agent says who it is and what it can do', async () => {
  const proxy = await openProxy();

  const agent = await openAgent(proxy, { name: 'edge-7', consolidated: true });
  await served(proxy);

  expect(proxy.agents).toHaveLength(1);
  expect(proxy.agents[0]).toMatchObject({
    agentId: 'agent-1',
    launchId: agent.identity.launchId,
    agentName: 'edge-7',
    hostName: agent.identity.hostName,
    consolidated: true,
    proxyEndpoints: [`127.0.0.1:${proxy.port}`],
    currentEndpointIndex: 0,
    capabilities: [...CAPABILITIES],
  });
  expect(agent.identity.launchId).toMatch(/^[A-Za-z0-9]{15}$/);
});

test.each([
  [
    'leaves its id out of answers and heartbeats to a proxy that knows whose a connection is',
    CAPABILITIES,
    '',
  ],
  ['says its id each time to any other', [], 'agent-1'],
])('an agent %s', async (_title, capabilities, agentId) => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy } = await openServed(target, {
    script: { capabilities },
    internal: { heartbeatMaxInactivitySecs: 1 },
  });

  const response = await answerOf(proxy, proxy.ask({ path: 'app' }));
  const heartbeats = (): { agentId: string }[] => [...proxy.heartbeats, ...proxy.streamHeartbeats];
  await vi.waitFor(() => expect(heartbeats().length).toBeGreaterThan(0), 10_000);

  expect([response.agentId, heartbeats()[0]?.agentId]).toEqual([agentId, agentId]);
});

test('a path is registered with its labels and without credentials', async () => {
  const proxy = await openProxy();
  const pathConfigs = [
    pathConfig('/app', 'http://me:secret@host:9100/metrics?a=b', '{"env":"prod"}'),
    pathConfig('plain', 'http://host/', ''),
  ];

  await openAgent(proxy, { pathConfigs });
  await served(proxy);

  expect(proxy.registrations).toMatchObject([
    {
      path: 'app',
      labels: '{"env":"prod"}',
      targetUrl: 'http://***@host:9100/metrics?a=b',
      pathSource: 'STATIC',
    },
    { path: 'plain', labels: '{}' },
  ]);
});

test('the token goes with every call', async () => {
  const proxy = await openProxy();
  const target = await openTarget((_request, response) => response.end('up 1\n'));

  await openAgent(proxy, { agentToken: 'secret', pathConfigs: [pathConfig('app', target.url())] });
  await served(proxy);
  await answerOf(proxy, proxy.ask({ path: 'app' }));

  expect([...proxy.tokens]).toEqual(['secret']);
});

test('an agent with the transport filter disabled asks for a session that no connection is tied to', async () => {
  const proxy = await openProxy({ withoutAgentId: true });

  await openAgent(proxy, { transportFilterDisabled: true });
  await served(proxy);

  expect(proxy.calls[0]).toBe('connectAgentWithTransportFilterDisabled');
  expect(proxy.agents[0]?.agentId).toBe('agent-1');
});

test('an answer without an agent id is no connection', async () => {
  const proxy = await openProxy({ withoutAgentId: true });

  const agent = await openAgent(proxy);
  await vi.waitFor(
    () => expect(proxy.calls.filter((call) => call === 'connectAgent').length).toBeGreaterThan(1),
    CONNECT_MS,
  );

  expect(proxy.calls).not.toContain('registerAgent');
  expect(agent.isConnected).toBe(false);
  expect(agent.lines.filter((line) => line.level === 'warn')).toMatchObject([
    { msg: 'no connection to proxy', reason: 'missing header agent-id' },
  ]);
});

test('a refused path costs the others nothing and is taken when the proxy accepts it', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const pathConfigs = [pathConfig('taken', target.url()), pathConfig('app', target.url())];
  const refusePath = ({ path }: { path: string }, attempt: number) =>
    path === 'taken' && attempt < 2 ? 'path is held by agent edge-3' : undefined;

  const { proxy, agent } = await openServed(target, { pathConfigs, script: { refusePath } });
  const response = await answerOf(proxy, proxy.ask({ path: 'app' }));
  await vi.waitFor(() => expect(proxy.registrations).toHaveLength(3), 3_000);

  expect(response.statusCode).toBe(200);
  expect(proxy.sessions).toHaveLength(1);
  expect(agent.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', path: 'taken', reason: 'path is held by agent edge-3' }),
  );
});

test('a path that is added or removed while the agent runs is registered or unregistered', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy, agent } = await openServed(target);

  agent.targets.set(pathConfig('later', target.url()), 'DISCOVERED');
  await vi.waitFor(() => expect(proxy.registrations).toHaveLength(2));
  const response = await answerOf(proxy, proxy.ask({ path: 'later' }));
  agent.targets.remove('later');
  await vi.waitFor(() => expect(proxy.unregistrations).toHaveLength(1));
  const afterwards = await answerOf(proxy, proxy.ask({ path: 'later' }));

  expect(proxy.registrations[1]).toMatchObject({ path: 'later', pathSource: 'DISCOVERED' });
  expect(response.statusCode).toBe(200);
  expect(proxy.unregistrations[0]?.path).toBe('later');
  expect(afterwards.statusCode).toBe(404);
});

test('an agent whose request stream is ended half-closes its streams and dials again', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy, agent } = await openServed(target);
  const first = proxy.session;

  proxy.endSession();
  await vi.waitFor(() => expect(proxy.sessions).toHaveLength(2), CONNECT_MS);
  await vi.waitFor(() => expect(proxy.session).not.toBe(first), CONNECT_MS);

  expect([...first.writeStreams].every((stream) => stream.readableEnded)).toBe(true);
  expect(first.cancelledCount).toBe(0);
  expect((await answerOf(proxy, proxy.ask({ path: 'app' }))).statusCode).toBe(200);
  expect(agent.lines).toContainEqual(
    expect.objectContaining({ msg: 'disconnected from proxy', reason: 'the proxy ended the session' }),
  );
});

test('an agent does not wait for a proxy that leaves half-closed streams open', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy } = await openServed(target, { script: { neverEndsWriteStreams: true } });

  proxy.endSession();

  await vi.waitFor(() => expect(proxy.sessions).toHaveLength(2), CONNECT_MS);
});

test('the end of a stream of answers ends the session', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy } = await openServed(target);

  proxy.failWriteStreams();

  await vi.waitFor(() => expect(proxy.sessions).toHaveLength(2), CONNECT_MS);
});

test('a session that ends aborts what it was asked', async () => {
  const target = await openTarget(() => undefined);
  const { proxy } = await openServed(target);
  proxy.ask({ path: 'app' });
  await vi.waitFor(() => expect(target.openCount).toBe(1));

  proxy.endSession();

  await vi.waitFor(() => expect(target.openCount).toBe(0));
});

test('an agent survives the death of its proxy and serves it when it is back', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy, agent } = await openServed(target);
  const { port } = proxy;

  proxy.kill();
  await vi.waitFor(() => expect(agent.isConnected).toBe(false));
  const revived = await openProxy({ port });
  await vi.waitFor(() => expect(revived.isServed).toBe(true), CONNECT_MS);

  expect((await answerOf(revived, revived.ask({ path: 'app' }))).statusCode).toBe(200);
});

test('an agent whose first proxy is gone serves the second, and the first again after a drop', async () => {
  const dead = await ScriptedProxy.start();
  const { port } = dead;
  dead.kill();
  const second = await openProxy();

  const agent = await openAgent([dead, second]);
  await served(second);
  const first = await openProxy({ port });
  second.endSession();
  await vi.waitFor(() => expect(second.calls.filter((call) => call === 'connectAgent')).toHaveLength(1));
  await vi.waitFor(() => expect(first.isServed || second.sessions.length > 1).toBe(true), CONNECT_MS);

  expect(second.agents[0]).toMatchObject({ currentEndpointIndex: 1 });
  expect(second.agents[0]?.proxyEndpoints).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${second.port}`]);
  await vi.waitFor(() => expect(agent.isConnected).toBe(true), CONNECT_MS);
});

test('a proxy that turns the agent away does not keep it from the next one', async () => {
  const strict = await openProxy({ registerAgent: () => ({ valid: false, reason: 'too many agents' }) });
  const second = await openProxy();

  const agent = await openAgent([strict, second]);
  await served(second);

  expect(agent.lines).toContainEqual(expect.objectContaining({ reason: 'too many agents' }));
});

test('a proxy that swallows packets does not block the next one', async () => {
  const sockets = new Set<Socket>();
  const blackHole = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    blackHole.close();
  });
  const second = await openProxy();

  await openAgent([{ port: (blackHole.address() as AddressInfo).port }, second], {
    grpc: { unaryDeadlineSecs: 1 },
  });

  await vi.waitFor(() => expect(second.isServed).toBe(true), 5_000);
});

test('a proxy that never answers connectAgent is given up', async () => {
  const silent = await openProxy({ silentOnConnect: true });
  const second = await openProxy();

  await openAgent([silent, second], { grpc: { unaryDeadlineSecs: 1 } });

  await vi.waitFor(() => expect(second.isServed).toBe(true), 5_000);
});

test('two agents in one process have a connection and an identity each', async () => {
  const proxy = await openProxy();

  const one = await openAgent(proxy);
  const other = await openAgent(proxy);
  await vi.waitFor(
    () => expect(proxy.sessions.filter((session) => session.requests)).toHaveLength(2),
    CONNECT_MS,
  );

  expect(one.identity.launchId).not.toBe(other.identity.launchId);
  expect(proxy.peers.size).toBe(2);
});

test('a token that no header can carry is refused before anything is dialled', async () => {
  const proxy = await openProxy();

  await expect(openAgent(proxy, { agentToken: 'sécret\n' })).rejects.toThrow('agentToken');

  expect(proxy.calls).toEqual([]);
});
