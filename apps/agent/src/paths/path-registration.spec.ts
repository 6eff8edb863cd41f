import { status } from '@grpc/grpc-js';
import type { RegisterPathResponseMessage } from '@app/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallOutcome } from '../connection/proxy-port.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { type PathCalls, PathRegistration } from './path-registration.js';
import { TargetTable } from './target-table.js';

const accepted: CallOutcome<RegisterPathResponseMessage> = {
  ok: true,
  value: { valid: true, reason: '', pathCount: 1, pathId: 1, warnings: [] },
};
const late: CallOutcome<never> = {
  ok: false,
  problem: { code: status.DEADLINE_EXCEEDED, words: 'too late' },
};

function refused(reason: string): CallOutcome<RegisterPathResponseMessage> {
  return { ok: true, value: { valid: false, reason, pathCount: 1, pathId: -1, warnings: [] } };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function tableOf(...paths: string[]): TargetTable {
  const table = new TargetTable();
  for (const path of paths) {
    table.set({ name: path, path, url: `http://host/${path}`, labels: '' }, 'STATIC');
  }
  return table;
}

/** Calls that answer as told, one after another, and remember what they were asked. */
function setUp(
  table: TargetTable,
  answer: (path: string, attempt: number) => CallOutcome<RegisterPathResponseMessage> = () => accepted,
  replaces = false,
) {
  const asked: string[] = [];
  const calls: PathCalls = {
    replaces,
    register: async ({ path, url }) => {
      asked.push(`register ${path} ${url}`);
      const attempt = asked.filter((one) => one.startsWith(`register ${path} `)).length;
      return answer(path, attempt);
    },
    unregister: async (path) => {
      asked.push(`unregister ${path}`);
      return { ok: true, value: { valid: true, reason: '' } };
    },
  };
  const { logger, lines } = recordingLogger();
  return { asked, lines, registration: new PathRegistration(table, calls, logger) };
}

test('paths are registered one after another in the order of the table', async () => {
  const table = tableOf('b', 'a', 'c');
  let isUnderWay = false;
  const order: string[] = [];
  const calls: PathCalls = {
    replaces: false,
    register: async ({ path }) => {
      expect(isUnderWay).toBe(false);
      isUnderWay = true;
      await Promise.resolve();
      isUnderWay = false;
      order.push(path);
      return accepted;
    },
    unregister: () => Promise.reject(new Error('nothing to unregister')),
  };
  const registration = new PathRegistration(table, calls, recordingLogger().logger);

  await registration.start();

  expect(order).toEqual(['b', 'a', 'c']);
  expect(registration.registeredCount).toBe(3);
});

test('a refused path costs the others nothing and is tried again after 1, 2, 4, 8, 16, 30, 30 seconds', async () => {
  const { asked, registration } = setUp(tableOf('bad', 'good'), (path) =>
    path === 'bad' ? refused('taken') : accepted,
  );

  await registration.start();
  const gaps: number[] = [];
  for (const secs of [1, 2, 4, 8, 16, 30, 30]) {
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(secs * 1_000 - 1);
    expect(asked).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    gaps.push(asked.length - before);
  }

  expect(gaps).toEqual([1, 1, 1, 1, 1, 1, 1]);
  expect([registration.registeredCount, registration.refusedCount]).toEqual([1, 1]);
  registration.stop();
});

test('a path that is accepted at last is not tried again', async () => {
  const { asked, registration } = setUp(tableOf('app'), (_path, attempt) =>
    attempt < 3 ? refused('taken') : accepted,
  );

  await registration.start();
  await vi.advanceTimersByTimeAsync(100_000);

  expect(asked).toHaveLength(3);
  expect([registration.registeredCount, registration.refusedCount]).toEqual([1, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a call that fails is repeated like a refusal', async () => {
  const { asked, registration } = setUp(tableOf('app'), (_path, attempt) => (attempt < 2 ? late : accepted));

  await registration.start();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(asked).toHaveLength(2);
  expect(registration.registeredCount).toBe(1);
});

test("the proxy's reason is logged once for as long as it stays the same", async () => {
  const { lines, registration } = setUp(tableOf('app'), (_path, attempt) =>
    refused(attempt < 4 ? 'taken by agent-7' : 'not allowed'),
  );

  await registration.start();
  await vi.advanceTimersByTimeAsync(20_000);

  const warnings = lines.filter((line) => line.level === 'warn');
  expect(warnings.map(({ path, reason }) => ({ path, reason }))).toEqual([
    { path: 'app', reason: 'taken by agent-7' },
    { path: 'app', reason: 'not allowed' },
  ]);
  registration.stop();
});

test('what was dropped of a registration is logged', async () => {
  const { lines, registration } = setUp(tableOf('app'), () => ({
    ok: true,
    value: { valid: true, reason: '', pathCount: 1, pathId: 1, warnings: ['label "1x" dropped'] },
  }));

  await registration.start();

  expect(lines.find((line) => line.level === 'warn')).toMatchObject({
    path: 'app',
    warning: 'label "1x" dropped',
  });
});

test('a path that is added, changed or removed later is brought to the proxy', async () => {
  const table = tableOf('app');
  const { asked, registration } = setUp(table);
  await registration.start();

  table.set({ name: 'db', path: 'db', url: 'http://db/', labels: '' }, 'DISCOVERED');
  await vi.advanceTimersByTimeAsync(0);
  table.set({ name: 'app', path: 'app', url: 'http://new/', labels: '' }, 'STATIC');
  await vi.advanceTimersByTimeAsync(0);
  table.remove('db');
  await vi.advanceTimersByTimeAsync(0);

  expect(asked).toEqual([
    'register app http://host/app',
    'register db http://db/',
    'unregister app',
    'register app http://new/',
    'unregister db',
  ]);
  expect(registration.registeredCount).toBe(1);
});

test('a path that changes is replaced in place where the proxy can, and then taken back once', async () => {
  const table = tableOf('app');
  const { asked, registration } = setUp(table, () => accepted, true);
  await registration.start();

  table.set({ name: 'app', path: 'app', url: 'http://new/', labels: '{"env":"prod"}' }, 'STATIC');
  await vi.advanceTimersByTimeAsync(0);
  table.remove('app');
  await vi.advanceTimersByTimeAsync(0);

  expect(asked).toEqual(['register app http://host/app', 'register app http://new/', 'unregister app']);
  expect(registration.registeredCount).toBe(0);
});

test('a path whose change is refused stays registered, and its change is tried again', async () => {
  const table = tableOf('app');
  const refuseSecond = (_path: string, attempt: number) =>
    attempt === 2 ? refused('too many labels') : accepted;
  const { asked, registration } = setUp(table, refuseSecond, true);
  await registration.start();

  table.set({ name: 'app', path: 'app', url: 'http://new/', labels: '' }, 'STATIC');
  await vi.advanceTimersByTimeAsync(0);
  expect([registration.registeredCount, registration.refusedCount]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(1_000);

  expect([registration.registeredCount, registration.refusedCount]).toEqual([1, 0]);
  expect(asked).toEqual([
    'register app http://host/app',
    'register app http://new/',
    'register app http://new/',
  ]);
});

test('a refused path that is removed is forgotten', async () => {
  const table = tableOf('app');
  const { asked, registration } = setUp(table, () => refused('taken'));
  await registration.start();

  table.remove('app');
  await vi.advanceTimersByTimeAsync(100_000);

  expect(asked).toEqual(['register app http://host/app']);
  expect(registration.refusedCount).toBe(0);
});

test('once stopped nothing is asked and no timer is left', async () => {
  const table = tableOf('bad', 'worse');
  const { asked, registration } = setUp(table, () => refused('taken'));
  await registration.start();
  const before = asked.length;

  registration.stop();
  table.set({ name: 'x', path: 'x', url: 'http://x/', labels: '' }, 'STATIC');
  await vi.advanceTimersByTimeAsync(100_000);

  expect(asked).toHaveLength(before);
  expect(vi.getTimerCount()).toBe(0);
});

test('a path that changed is not registered again once stopped while it was unregistered', async () => {
  const table = tableOf('app');
  const { promise: gone, resolve: letGo } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const calls: PathCalls = {
    replaces: false,
    register: async ({ url }) => {
      asked.push(url);
      return accepted;
    },
    unregister: async () => {
      await gone;
      return { ok: true, value: { valid: true, reason: '' } };
    },
  };
  const registration = new PathRegistration(table, calls, recordingLogger().logger);
  await registration.start();

  table.set({ name: 'app', path: 'app', url: 'http://new/', labels: '' }, 'STATIC');
  registration.stop();
  letGo();
  await vi.advanceTimersByTimeAsync(0);

  expect(asked).toEqual(['http://host/app']);
});

test('a call that throws is logged, tried again, and costs the other paths nothing', async () => {
  const { asked, lines, registration } = setUp(tableOf('bad', 'good'), (path, attempt) => {
    if (path === 'bad' && attempt < 2) {
      throw new Error('broken call');
    }
    return accepted;
  });

  await registration.start();
  const afterStart = registration.registeredCount;
  await vi.advanceTimersByTimeAsync(1_000);

  expect([afterStart, registration.registeredCount]).toEqual([1, 2]);
  expect(asked).toHaveLength(3);
  expect(lines).toContainEqual(expect.objectContaining({ level: 'error', path: 'bad' }));
});
