import { Deadlines } from '@app/deadlines';
import { Bound } from '@app/operations';
import type { Capability, ScrapeRequestMessage } from '@app/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TargetTable } from '../paths/target-table.js';
import { LargeBodyGate } from '../scrape/large-body-gate.js';
import { agentFailure } from '../scrape/scrape-result.js';
import { ResponseWriter } from '../scrape/response-writer.js';
import { AgreeableProxy, FakeStream } from '../testing/fake-proxy-clients.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { ProxySession } from './proxy-session.js';
import type { ScrapeParts } from './session-scrapes.js';

const MAX_IN_FLIGHT = 3;
const unknownPath: ScrapeParts['scrape'] = () => Promise.resolve(agentFailure('path_not_found', 'unknown'));
const hanging: ScrapeParts['scrape'] = (_scrape, cancellation) =>
  new Promise((resolve) => cancellation.onCancel(() => resolve(undefined)));

/** Takes no answer. */
class ProxyThatReadsNoAnswers extends AgreeableProxy {
  override writeResponses(): FakeStream {
    this.responses.write = (message) => {
      this.responses.written.push(message);
      return new Promise(() => undefined);
    };
    return this.responses;
  }
}

async function openSession(
  client: AgreeableProxy,
  scrape: ScrapeParts['scrape'],
  capabilities: Capability[] = ['failure-code'],
) {
  const deadlines = new Deadlines();
  const { logger, lines } = recordingLogger();
  const parts = {
    targets: new TargetTable(),
    writer: new ResponseWriter({ chunkBytes: 10, ownCallBytes: 100 }, new LargeBodyGate(1), () => undefined),
    log: logger,
    heartbeat: { isEnabled: true, maxInactivityMs: 5_000 },
    deadlines,
    scrape,
    forget: () => undefined,
  };
  const session = new ProxySession(client, 'agent-1', new Set(capabilities), parts, new Bound(MAX_IN_FLIGHT));
  onTestFinished(() => session.end('the test is over'));
  await session.open();
  return { session, lines, deadlines };
}

function ask(client: AgreeableProxy, scrapeId: number): void {
  const request: ScrapeRequestMessage = {
    agentId: 'agent-1',
    scrapeId,
    path: 'nowhere',
    accept: '',
    debugEnabled: false,
    encodedQueryParams: '',
    authHeader: '',
    budgetMillis: 0,
    cancelled: false,
    deltaOffer: null,
    acceptNumber: 0,
    headers: [],
  };
  client.ask(request);
}

test('scrapes beyond the bound are turned away at once for as long as the proxy takes answers', async () => {
  const client = new AgreeableProxy();
  const { session, lines } = await openSession(client, hanging);

  for (let scrapeId = 0; scrapeId < 5_000; scrapeId += 1) {
    ask(client, scrapeId);
    await Promise.resolve();
  }

  await vi.waitFor(() => expect(client.responses.written).toHaveLength(5_000 - MAX_IN_FLIGHT));
  expect(client.responses.written[0]).toMatchObject({
    scrapeId: MAX_IN_FLIGHT,
    statusCode: 503,
    failureCode: 'overloaded',
  });
  expect([session.inFlightCount, client.isClosed]).toEqual([MAX_IN_FLIGHT, false]);
  expect(lines.filter((line) => line.level === 'warn')).toHaveLength(1);
});

test('a session whose proxy leaves its answers unread reads no more requests, and ends after 10 s', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const client = new ProxyThatReadsNoAnswers();
  const { session } = await openSession(client, unknownPath);

  for (let scrapeId = 0; scrapeId < 5_000 && !client.read.isPaused; scrapeId += 1) {
    ask(client, scrapeId);
    await Promise.resolve();
  }
  await vi.advanceTimersByTimeAsync(9_999);
  expect(client.isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  expect(client.isClosed).toBe(true);
  expect(await session.ended).toBe('the proxy does not read its answers');
  expect(client.responses.written.length).toBeLessThanOrEqual(MAX_IN_FLIGHT + 1_000);
});

test('a session that ends while a heartbeat is on its way leaves no deadline behind', async () => {
  const client = new AgreeableProxy();
  const { session, deadlines } = await openSession(client, unknownPath, ['stream-heartbeats']);
  client.activity.heardAtMs = -10_000;

  session.tick();
  const waiting = deadlines.size;
  session.end('the proxy is gone');

  expect([client.responses.written, waiting, deadlines.size]).toEqual([[{ agentId: 'agent-1' }], 1, 0]);
});
