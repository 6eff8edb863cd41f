import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { ScriptedProxy } from '../testing/scripted-proxy.js';
import { answerOf, openAgent, openProxy, openServed, openTarget } from '../testing/stage.js';

describe('an agent that leaves', () => {
  test('says so, answers what is in flight and what still comes, and ends its streams in good order', async () => {
    const open: ServerResponse[] = [];
    const target = await openTarget((_request, response) => open.push(response));
    const { proxy, agent } = await openServed(target, { script: { capabilities: ['draining'] } });
    const { session } = proxy;
    const first = proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(open).toHaveLength(1));

    const closed = agent.close();
    await vi.waitFor(() =>
      expect(proxy.heartbeats).toContainEqual(expect.objectContaining({ draining: true })),
    );
    const second = proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(open).toHaveLength(2));
    open.forEach((response) => response.end('up 1\n'));
    await closed;

    expect((await answerOf(proxy, first)).contentAsText).toBe('up 1\n');
    expect((await answerOf(proxy, second)).contentAsText).toBe('up 1\n');
    await vi.waitFor(() =>
      expect([...session.writeStreams].every((stream) => stream.readableEnded)).toBe(true),
    );
    expect(session.cancelledCount).toBe(0);
    expect(proxy.sessions).toHaveLength(1);
    await vi.waitFor(() => expect(target.sockets.size).toBe(0));
  });

  test('says nothing to a proxy that would not understand, and drains all the same', async () => {
    let finish = (): void => undefined;
    const target = await openTarget((_request, response) => {
      finish = () => response.end('up 1\n');
    });
    const { proxy, agent } = await openServed(target);
    const scrapeId = proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(target.openCount).toBe(1));

    const closed = agent.close();
    finish();
    await closed;

    expect((await answerOf(proxy, scrapeId)).statusCode).toBe(200);
    expect(proxy.heartbeats).toEqual([]);
  });

  test('waits five seconds at most for a target that hangs', async () => {
    const target = await openTarget(() => undefined);
    const { proxy, agent } = await openServed(target, { scrapeTimeoutSecs: 60 });
    proxy.ask({ path: 'app' });
    await vi.waitFor(() => expect(target.openCount).toBe(1));

    const startedAtMs = performance.now();
    await agent.close();

    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).toBeGreaterThan(4_500);
    expect(tookMs).toBeLessThan(7_000);
    await vi.waitFor(() => expect(target.openCount).toBe(0));
  });

  test.each([
    ['while nothing is in flight', {}, {}],
    ['with heartbeats turned off', {}, { internal: { heartbeatEnabled: false } }],
    ['while the proxy does not answer', { silentOnConnect: true }, {}],
    ['while it waits to dial again', { withoutAgentId: true }, { internal: { reconnectPauseSecs: 60 } }],
  ])('is gone in no time %s', async (_name, script, overrides) => {
    const proxy = await openProxy(script);
    const agent = await openAgent(proxy, overrides);
    await vi.waitFor(() => expect(proxy.calls).toContain('connectAgent'), 5_000);

    const startedAtMs = performance.now();
    await agent.close();

    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test('while nobody listens is gone in no time', async () => {
    const dead = await ScriptedProxy.start();
    dead.kill();
    const agent = await openAgent(dead);

    const startedAtMs = performance.now();
    await agent.close();

    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test('dials nobody any more', async () => {
    const proxy = await openProxy();
    const agent = await openAgent(proxy);
    await vi.waitFor(() => expect(proxy.isServed).toBe(true));
    await agent.close();
    const callCount = proxy.calls.length;

    const other = await openAgent(proxy);
    await vi.waitFor(
      () => expect(proxy.sessions.filter((session) => session.requests)).toHaveLength(2),
      5_000,
    );

    expect(proxy.calls.slice(callCount).filter((call) => call === 'connectAgent')).toHaveLength(1);
    await other.close();
  });
});
