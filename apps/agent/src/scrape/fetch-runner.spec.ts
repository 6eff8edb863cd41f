import { Cancellation, Deadlines } from '@app/deadlines';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnswerHead, FetchOutcome } from './fetch-outcome.js';
import { type FetchOrder, FetchRunner } from './fetch-runner.js';
import { MemoryBudget } from './memory-budget.js';
import { ScrapeTimes } from './scrape-times.js';
import { ScrapeDeadline } from './scrape-deadline.js';
import { ScrapeLimits } from './scrape-limits.js';
import type { TargetClient } from './target-client.js';

const head: AnswerHead = {
  statusCode: 200,
  contentType: '',
  contentEncoding: '',
  contentLength: undefined,
  retryAfterSecs: 0,
};
const whole: FetchOutcome = { kind: 'whole', head, pieces: [], byteCount: 0 };
const refused = (statusCode: number, retryAfterSecs = 0): FetchOutcome => ({
  kind: 'refused',
  head: { ...head, statusCode, retryAfterSecs },
});
const failed = (
  failure: 'target_unreachable' | 'content_too_large' | 'bad_request' | 'overloaded',
): FetchOutcome => ({
  kind: 'failed',
  failure,
  words: '',
  brokeBeforeAnswer: false,
  hasTimedOut: false,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A runner whose target answers with these outcomes, one after another, each after 100 ms. */
function setUp(outcomes: FetchOutcome[], maxRetries = 5, limitMs = 60_000) {
  const remaining: number[] = [];
  const client = {
    fetch: async (request: { remainingMs: number }) => {
      remaining.push(Math.round(request.remainingMs));
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.share.grow(10);
      return outcomes.shift() ?? whole;
    },
  } as unknown as TargetClient;
  const observed: number[][] = [];
  const limits = new ScrapeLimits({ maxConcurrent: 1, maxConcurrentPerTarget: 1, maxWaiting: 10 });
  const runner = new FetchRunner(limits, client, {
    maxRetries,
    random: () => 0,
    observeFetch: ({ targetSecs, waitedSecs }) => observed.push([targetSecs, waitedSecs]),
  });
  const order: FetchOrder = {
    address: { origin: 'http://host', pathAndQuery: '/', authorization: undefined },
    accept: '',
    authorization: '',
    share: new MemoryBudget(1_000).open(),
    deadline: new ScrapeDeadline(limitMs, new Cancellation(), new Deadlines()),
    times: new ScrapeTimes(),
  };
  return { runner, order, remaining, observed, limits };
}

async function run({ runner, order }: ReturnType<typeof setUp>, ms = 60_000): Promise<string> {
  const outcome = runner.run(order);
  await vi.advanceTimersByTimeAsync(ms);
  const { kind } = await outcome;
  return kind;
}

describe('a fetch', () => {
  test.each([
    ['500', refused(500)],
    ['599', refused(599)],
    ['a broken connection', failed('target_unreachable')],
  ])('is repeated after %s', async (_name, outcome) => {
    const stage = setUp([outcome]);

    expect(await run(stage)).toBe('whole');
    expect(stage.remaining).toEqual([60_000, 58_900]);
  });

  test.each([
    ['404', refused(404)],
    ['302', refused(302)],
    ['600', refused(600)],
    ['a body that is too large', failed('content_too_large')],
    ['a request that cannot be made', failed('bad_request')],
    ['a full memory', failed('overloaded')],
    ['a time-out', { kind: 'aborted' } as const],
    ['a connection that is not made in time', { ...failed('target_unreachable'), hasTimedOut: true }],
  ])('is not repeated after %s', async (_name, outcome) => {
    const stage = setUp([outcome]);

    await run(stage);

    expect(stage.remaining).toHaveLength(1);
  });

  test('is repeated with growing pauses, as often as it may be, and then reports the last failure', async () => {
    const stage = setUp([refused(500), refused(500), refused(502)], 2);

    expect(await run(stage)).toBe('refused');
    expect(stage.remaining).toEqual([60_000, 58_900, 56_800]);
  });

  test('waits for as long as the target asks', async () => {
    const stage = setUp([refused(503, 7)]);

    await run(stage);

    expect(stage.remaining).toEqual([60_000, 52_900]);
  });

  test('is not repeated when the pause would outlast the deadline', async () => {
    const stage = setUp([refused(503, 70)]);

    expect(await run(stage)).toBe('refused');
    expect(stage.remaining).toHaveLength(1);
  });

  test('gives back the memory of the failed attempt', async () => {
    const stage = setUp([failed('target_unreachable')]);
    stage.order.share.grow(5);

    await run(stage);

    expect(stage.order.share.heldBytes).toBe(15);
  });

  test('is timed once, its pauses as waiting', async () => {
    const stage = setUp([refused(500)]);

    await run(stage);

    const [times] = stage.observed;
    expect(stage.observed).toHaveLength(1);
    expect(times?.[0]).toBeCloseTo(0.2);
    expect(times?.[1]).toBeGreaterThan(0.1);
  });

  test('holds no place while it pauses', async () => {
    const stage = setUp([refused(500)]);

    const outcome = stage.runner.run(stage.order);
    await vi.advanceTimersByTimeAsync(500);
    const during = [stage.limits.runningCount, stage.limits.waitingCount, stage.limits.targetCount];
    await vi.advanceTimersByTimeAsync(10_000);
    await outcome;

    expect(during).toEqual([0, 0, 0]);
  });
});

test('a place is held until a flowing body has stopped', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const body = { closed, cancel: () => undefined, [Symbol.asyncIterator]: () => [][Symbol.iterator]() };
  const stage = setUp([{ kind: 'flowing', head, body: body as never }]);

  expect(await run(stage, 1_000)).toBe('flowing');
  const during = stage.limits.runningCount;
  resolve();
  await vi.advanceTimersByTimeAsync(0);

  expect([during, stage.limits.runningCount]).toEqual([1, 0]);
});
