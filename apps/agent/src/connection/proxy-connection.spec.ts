import { status } from '@grpc/grpc-js';
import type { ScrapeRequestMessage } from '@app/protocol';
import { expect, test, vi } from 'vitest';
import {
  AgreeableProxy,
  ProxyLostWhileRegistering,
  ProxyThatHangsOnPaths,
  ProxyThatKeepsStreamsOpen,
  ProxyThatTurnsAgentsAway,
  SilentProxy,
  UnreachableProxy,
} from '../testing/fake-proxy-clients.js';
import { connect, onFakeClock, pass } from '../testing/connections-on-fake-clock.js';

onFakeClock();

const request: ScrapeRequestMessage = {
  agentId: 'agent-1',
  scrapeId: 0,
  path: 'app',
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

test('a connection that is made serves', async () => {
  const { connection, dialled, connects } = connect(['a', 'b']);

  await pass();

  expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'a:1' });
  expect([dialled, connects]).toEqual([['a:1'], ['success']]);
});

test('a round tries every endpoint without a pause, and the next one follows after it', async () => {
  const { connection, dialled, connects } = connect(
    ['a', 'b'],
    new UnreachableProxy(),
    new UnreachableProxy(),
  );

  await pass();
  const afterRound = connection.state.kind;
  await pass(2_999);
  const beforePause = [...dialled];
  await pass(1);

  expect(afterRound).toBe('waiting');
  expect(beforePause).toEqual(['a:1', 'b:1']);
  expect(dialled).toEqual(['a:1', 'b:1', 'a:1']);
  expect(connects).toEqual(['failure', 'failure', 'success']);
  expect(connection.state.kind).toBe('serving');
});

test.each([
  ['turns the agent away', new ProxyThatTurnsAgentsAway(), 'too many agents'],
  ['is lost while paths are registered', new ProxyLostWhileRegistering(), 'connection dropped'],
])('a proxy that %s is closed, and the next one is tried', async (_name, faulty, reason) => {
  const { connection, dialled, lines } = connect(['a', 'b'], faulty);

  await pass();

  expect(faulty.isClosed).toBe(true);
  expect(dialled).toEqual(['a:1', 'b:1']);
  expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'b:1' });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', proxy: 'a:1', reason }));
});

test('after a connection that served for long the first endpoint is tried again, all but at once', async () => {
  const { dialled, met } = connect(['a', 'b'], new UnreachableProxy());
  await pass(60_000);

  met[1]?.read.end({ code: status.UNAVAILABLE, words: 'gone' });
  await pass(300);

  expect(dialled).toEqual(['a:1', 'b:1', 'a:1']);
});

test('a session that ends as soon as it began counts as a failed attempt', async () => {
  const { connection, dialled, met } = connect(['a', 'b']);
  await pass();

  met[0]?.read.end();
  await pass();

  expect(dialled).toEqual(['a:1', 'b:1']);
  expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'b:1' });
});

test.each(['read', 'responses', 'chunks'] as const)(
  'the end of the stream %s ends all of a session',
  async (name) => {
    const { connection, met } = connect(['a']);
    await pass(10_000);
    const [first] = met;

    first?.[name].end({ code: status.INTERNAL, words: 'broken' });
    await pass(400);

    expect(first?.isClosed).toBe(true);
    expect(met).toHaveLength(2);
    expect(connection.state.kind).toBe('serving');
  },
);

test('a session the proxy ends aborts its scrapes at once, and waits a second at most for the rest', async () => {
  const proxy = new ProxyThatKeepsStreamsOpen();
  const { scrapes } = connect(['a'], proxy);
  await pass();
  proxy.ask({ ...request, scrapeId: 0 });

  proxy.read.end();
  await pass();
  const atOnce = [scrapes[0]?.isCancelled, proxy.responses.isHalfClosed, proxy.isClosed];
  await pass(1_000);

  expect(atOnce).toEqual([true, true, false]);
  expect(proxy.isClosed).toBe(true);
});

test('a scrape id that is in use is not scraped twice', async () => {
  const proxy = new AgreeableProxy();
  const { scrapes, lines } = connect(['a'], proxy);
  await pass();

  proxy.ask({ ...request, scrapeId: 0 });
  proxy.ask({ ...request, scrapeId: 0 });
  proxy.ask({ ...request, scrapeId: 0, cancelled: true });
  await pass();
  proxy.ask({ ...request, scrapeId: 0 });

  expect(scrapes.map((signal) => signal.isCancelled)).toEqual([true, false]);
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', scrapeId: 0 }));
});

test('paths that hang do not keep the streams from being opened', async () => {
  const { connection } = connect(['a'], new ProxyThatHangsOnPaths());

  await pass(4_999);
  const before = connection.state.kind;
  await pass(1);

  expect([before, connection.state.kind]).toEqual(['registering', 'serving']);
});

test('the same problem is logged once and then counted, another one again', async () => {
  const { lines } = connect(
    ['a'],
    new UnreachableProxy(),
    new UnreachableProxy(),
    new ProxyThatTurnsAgentsAway(),
  );

  await pass(20_000);

  expect(lines.filter((line) => line.level === 'warn')).toMatchObject([
    { reason: 'connection refused' },
    { reason: 'too many agents' },
    { reason: 'connection refused', repeated: 1 },
  ]);
});

test('proxies that stay away are a line each, and one a minute, however often they are tried in turn', async () => {
  const { lines, dialled } = connect(
    ['a', 'b'],
    ...Array.from({ length: 1_000 }, () => new UnreachableProxy()),
  );

  await pass(200_000);

  const warnings = lines.filter(({ level }) => level === 'warn');
  expect(dialled.length).toBeGreaterThan(60);
  expect(warnings.filter((line) => line['repeated'] === undefined)).toHaveLength(2);
  expect(warnings.length).toBeLessThanOrEqual(8);
});

test.each([
  ['connecting', () => new SilentProxy()],
  ['registering', () => new ProxyThatHangsOnPaths()],
  ['waiting', () => new UnreachableProxy()],
  ['serving', () => new AgreeableProxy()],
] as const)('a connection that is closed while %s is closed for good', async (kind, proxy) => {
  const { connection, dialled, met } = connect(['a'], proxy());
  await pass();
  const before = connection.state.kind;

  await connection.close();
  await connection.close();
  await pass(60_000);

  expect([before, connection.state.kind]).toEqual([kind, 'closed']);
  expect(dialled).toEqual(['a:1']);
  expect(met.every((client) => client.isClosed)).toBe(true);
});

test('a connection that drains half-closes its streams before it closes', async () => {
  const { connection, met } = connect(['a']);
  await pass();
  const [proxy] = met;

  const drained = connection.drain(5_000);
  const during = connection.state.kind;
  await pass();
  vi.useRealTimers();
  await drained;
  vi.useFakeTimers();

  expect([during, connection.state.kind]).toEqual(['draining', 'closed']);
  expect([proxy?.responses.isHalfClosed, proxy?.chunks.isHalfClosed, proxy?.isClosed]).toEqual([
    true,
    true,
    true,
  ]);
});

test('every address of a proxy is tried before the next proxy, and only a failure of all is a failure', async () => {
  const { connection, dialled, connects, lines } = connect(
    ['one+two', 'b'],
    new UnreachableProxy(),
    new ProxyThatTurnsAgentsAway(),
    new UnreachableProxy(),
  );

  await pass();
  const firstRound = [...dialled];
  await pass(3_000);

  expect(firstRound).toEqual(['one+two:1', 'one+two:1', 'b:1']);
  expect(connects).toEqual(['success', 'failure', 'success']);
  expect(connection.state).toMatchObject({ kind: 'serving', proxy: 'one+two:1' });
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { proxy: 'one+two:1', reason: 'connection refused; too many agents' },
    { proxy: 'b:1', reason: 'connection refused' },
  ]);
});
