import { packageDefinition, type ProtoGrpcType } from '@app/protocol';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { answerOf, openAgent, openProxy, openServed, openTarget, served } from '../testing/stage.js';

const often = { heartbeatCheckPauseMillis: 20, heartbeatMaxInactivitySecs: 0 };
const capabilities = ['stream-heartbeats'];
const { ProxyService } = loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType;
const { requestSerialize, requestDeserialize } = ProxyService.service.writeResponsesToProxy;

describe('heartbeats to a proxy that takes them on a stream', () => {
  test.each([
    ['say the id of their agent and nothing else', capabilities, { agentId: 'agent-1' }],
    ['are empty where the connection says whose they are', [...capabilities, 'implied-agent-id'], {}],
  ])('are no calls, and %s', async (_title, announced, message) => {
    const proxy = await openProxy({ capabilities: announced });

    await openAgent(proxy, { internal: often });
    await served(proxy);

    await vi.waitFor(() => expect(proxy.streamHeartbeats.length).toBeGreaterThan(2));
    expect(proxy.streamHeartbeats[0]).toEqual(requestDeserialize(requestSerialize(message)));
    expect([proxy.heartbeats, proxy.responses, proxy.sessions.length]).toEqual([[], [], 1]);
  });

  test('are calls while a scrape is under way, whose answer could hold them up', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, { internal: often, script: { capabilities } });
    await vi.waitFor(() => expect(proxy.streamHeartbeats).not.toEqual([]));

    proxy.ask({ path: 'app' });

    await vi.waitFor(() => expect(proxy.heartbeats.length).toBeGreaterThan(2));
  });

  test('are calls when the agent leaves, which it says with one', async () => {
    const proxy = await openProxy({ capabilities: [...capabilities, 'draining'] });
    const agent = await openAgent(proxy);
    await served(proxy);

    await agent.close();

    expect(proxy.heartbeats).toEqual([expect.objectContaining({ draining: true })]);
  });

  test('that the proxy answers with the end of that stream make the agent dial again at once', async () => {
    const proxy = await openProxy({ capabilities, heartbeat: () => 'invalid' });
    const agent = await openAgent(proxy, { internal: often });

    await vi.waitFor(() => expect(proxy.sessions.length).toBeGreaterThan(1), 2_900);

    expect(agent.lines).toContainEqual(expect.objectContaining({ reason: 'unknown agent' }));
  });

  test('that are swallowed make the agent dial again', async () => {
    const proxy = await openProxy({ capabilities, heartbeat: () => 'silence' });
    const agent = await openAgent(proxy, { internal: often });

    await vi.waitFor(() => expect(proxy.sessions.length).toBeGreaterThan(1), 14_000);

    expect(agent.lines).toContainEqual(
      expect.objectContaining({ reason: '3 heartbeats failed: no answer within 3 s' }),
    );
  });

  test('that were not sent may be answered without harm', async () => {
    const target = await openTarget((_request, response) => response.end('up 1\n'));
    const { proxy } = await openServed(target, { script: { capabilities } });

    for (let count = 0; count < 1_000; count += 1) proxy.session.requests?.write({});
    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect([response.contentAsText, proxy.responses.length, proxy.sessions.length]).toEqual(['up 1\n', 1, 1]);
  });
});

test('to any other proxy a request with the id 0 is a scrape', async () => {
  const target = await openTarget((_request, response) => response.end('up 1\n'));
  const { proxy } = await openServed(target, { internal: often });

  const response = await answerOf(proxy, proxy.ask({ path: 'app', scrapeId: 0 }));
  await vi.waitFor(() => expect(proxy.heartbeats).not.toEqual([]));

  expect([response.contentAsText, proxy.streamHeartbeats]).toEqual(['up 1\n', []]);
});
