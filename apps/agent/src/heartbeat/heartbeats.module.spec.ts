import { describe, expect, test, vi } from 'vitest';
import { answerOf, openAgent, openProxy, openServed, openTarget, served } from '../testing/stage.js';

const often = { heartbeatCheckPauseMillis: 20, heartbeatMaxInactivitySecs: 0 };

describe('heartbeats', () => {
  test('are sent while the link is quiet', async () => {
    const proxy = await openProxy();

    await openAgent(proxy, { internal: often });
    await served(proxy);

    await vi.waitFor(() => expect(proxy.heartbeats.length).toBeGreaterThan(2));
    expect(proxy.heartbeats[0]).toMatchObject({ agentId: 'agent-1', draining: false });
  });

  test('that the proxy answers with no make the agent dial again at once', async () => {
    let isKnown = true;
    const proxy = await openProxy({ heartbeat: () => (isKnown ? 'valid' : 'invalid') });
    await openAgent(proxy, { internal: often });
    await served(proxy);

    isKnown = false;
    await vi.waitFor(() => expect(proxy.sessions.length).toBeGreaterThan(1), 5_000);
    isKnown = true;

    await vi.waitFor(() => expect(proxy.session.agentId).not.toBe('agent-1'), 5_000);
  });

  test('that fail three times in a row make the agent dial again', async () => {
    let isWell = true;
    const proxy = await openProxy({ heartbeat: () => (isWell ? 'valid' : 'error') });
    const agent = await openAgent(proxy, { internal: often });
    await served(proxy);

    isWell = false;

    await vi.waitFor(() => expect(proxy.sessions.length).toBeGreaterThan(1), 5_000);
    expect(agent.lines).toContainEqual(
      expect.objectContaining({ reason: '3 heartbeats failed: heartbeats hurt' }),
    );
  });

  test('that are swallowed make the agent dial again, although it is being scraped', async () => {
    const target = await openTarget(() => undefined);
    const { proxy } = await openServed(target, {
      internal: often,
      script: { heartbeat: () => 'silence' },
      scrapeTimeoutSecs: 60,
    });
    proxy.ask({ path: 'app' });

    await vi.waitFor(() => expect(proxy.sessions.length).toBeGreaterThan(1), 14_000);
    await vi.waitFor(() => expect(target.openCount).toBe(0));
  });

  test('that are turned off are not needed to be scraped', async () => {
    const target = await openTarget((_request, response) => response.end('up 1\n'));
    const { proxy } = await openServed(target, { internal: { ...often, heartbeatEnabled: false } });

    const response = await answerOf(proxy, proxy.ask({ path: 'app' }));

    expect(response.statusCode).toBe(200);
    expect(proxy.heartbeats).toEqual([]);
  });
});
