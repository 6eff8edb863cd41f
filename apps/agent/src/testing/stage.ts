import { expect, onTestFinished, vi } from 'vitest';
import type { ScrapeResponseMessage } from '@app/protocol';
import type { ReceivedBody } from './received-bodies.js';
import type { ProxyScript } from './proxy-script.js';
import { ScriptedProxy } from './scripted-proxy.js';
import { pathConfig, startTestAgent, type TestAgent } from './test-agent.js';
import { TestTarget } from './test-target.js';

type TargetHandler = Parameters<typeof TestTarget.start>[0];
type AgentOverrides = Parameters<typeof startTestAgent>[1];

/** Where an agent may dial. */
interface OpenedProxy {
  port: number;
  kill?(): void;
}

/** A target that is gone when the test is over. */
export async function openTarget(handler: TargetHandler): Promise<TestTarget> {
  const target = await TestTarget.start(handler);
  onTestFinished(() => target.close());
  return target;
}

/** A target that answers with these bytes, said to be gzip. */
export function openGzipTarget(body: Buffer): Promise<TestTarget> {
  return openTarget((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
    response.end(body);
  });
}

/** A scripted proxy that is gone when the test is over. */
export async function openProxy(script?: ProxyScript): Promise<ScriptedProxy> {
  const proxy = await ScriptedProxy.start(script);
  onTestFinished(() => proxy.kill());
  return proxy;
}

/** An agent that has ended when the test is over; its proxies go first, so that no scrape is waited for. */
export async function openAgent(
  proxies: OpenedProxy | readonly OpenedProxy[],
  overrides?: AgentOverrides,
): Promise<TestAgent> {
  const agent = await startTestAgent(proxies, overrides);
  onTestFinished(async () => {
    [proxies].flat().forEach((proxy) => proxy.kill?.());
    await agent.close();
  });
  return agent;
}

/** An agent that serves one target as `app`, and the proxy it serves. */
export async function openServed(
  target: TestTarget,
  { script, ...overrides }: NonNullable<AgentOverrides> & { script?: ProxyScript } = {},
): Promise<{ proxy: ScriptedProxy; agent: TestAgent }> {
  const proxy = await openProxy(script);
  const pathConfigs = overrides.pathConfigs ?? [pathConfig('app', target.url())];
  const agent = await openAgent(proxy, { ...overrides, pathConfigs });
  await served(proxy);
  return { proxy, agent };
}

/** Wait until an agent's streams stand. */
export async function served(proxy: ScriptedProxy): Promise<void> {
  await vi.waitFor(() => expect(proxy.isServed).toBe(true), 5_000);
}

/** Wait for the answer in one message. */
export function answerOf(proxy: ScriptedProxy, scrapeId: number): Promise<ScrapeResponseMessage> {
  return vi.waitFor(() => {
    const response = proxy.responseOf(scrapeId);
    if (response === undefined) {
      throw new Error(`scrape ${scrapeId} is not answered`);
    }
    return response;
  }, 10_000);
}

/** Wait for the answer in chunks, to its summary. */
export function bodyOf(proxy: ScriptedProxy, scrapeId: number): Promise<ReceivedBody> {
  return vi.waitFor(() => {
    const body = proxy.bodyOf(scrapeId);
    if (body?.summary === undefined) {
      throw new Error(`the body of scrape ${scrapeId} is not whole`);
    }
    return body;
  }, 10_000);
}

/** Bytes that do not compress, the same every time. */
export function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Uint8Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) >> 7));
}
