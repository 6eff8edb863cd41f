import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '@app/deadlines';
import { Readable } from 'node:stream';
import type { ScrapeAnswer, ScrapeAsk, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import type { ScrapeRecord } from './scrape-observer.js';
import { SharedScrapes } from './shared-scrapes.js';

interface Fetch {
  readonly ask: ScrapeAsk;
  answer(answer: ScrapeAnswer, parts?: readonly ScrapeRecord[]): void;
  crash(error: Error): void;
}

describe('scrapes that ask for the same at the same time', () => {
  let fetches: Fetch[];
  let shared: SharedScrapes;
  let released: number;
  let usedUp: boolean | undefined;

  const make = (ask: ScrapeAsk): Promise<ScrapeRecord> => {
    const { promise, resolve, reject } = Promise.withResolvers<ScrapeRecord>();
    const answer: Fetch['answer'] = (given, parts) =>
      resolve({ path: ask.path, agentName: 'edge', answer: given, durationMs: 0, parts });
    ask.cancellation.onCancel(() => answer({ kind: 'abandoned' }));
    fetches.push({ ask, answer, crash: reject });
    return promise;
  };
  const ask = (changes: Partial<ScrapeAsk> = {}): ScrapeAsk => ({
    path: 'app',
    query: '',
    accept: '',
    authorization: '',
    deadlineAt: performance.now() + 10_000,
    cancellation: new Cancellation(),
    ...changes,
  });
  const success = (rest?: Readable): ScrapeSuccess => ({
    kind: 'success',
    status: 200,
    contentType: '',
    body: {
      encoding: 'identity',
      pieces: [Buffer.from('up 1\n')],
      byteCount: 5,
      rest,
      release: (isUsedUp) => {
        released += 1;
        usedUp = isUsedUp;
      },
    },
  });
  const kinds = async (...scrapes: Promise<ScrapeRecord>[]): Promise<string[]> =>
    (await Promise.all(scrapes)).map(({ answer }) => answer.kind);

  beforeEach(() => {
    fetches = [];
    released = 0;
    shared = new SharedScrapes(make, 2);
  });
  afterEach(() => expect(shared.joined).toBe(0));

  it('are one fetch, whose body all get, and which is released when the last one has', async () => {
    const scrapes = [shared.scrape(ask()), shared.scrape(ask())];
    expect([fetches.length, shared.joined]).toEqual([1, 1]);

    fetches[0]?.answer(success());

    const bodies = (await Promise.all(scrapes)).map(({ answer }) => (answer as ScrapeSuccess).body);
    expect(bodies.map(({ pieces }) => String(pieces[0]))).toEqual(['up 1\n', 'up 1\n']);
    bodies[0]?.release();
    bodies[0]?.release();
    expect(released).toBe(0);
    bodies[1]?.release();
    bodies[1]?.release();
    expect([released, shared.joins.value]).toEqual([1, 1]);
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('leave a body that is used up for the one: %s, the other: %s, used up: %s', async (one, other, all) => {
    const scrapes = [shared.scrape(ask()), shared.scrape(ask())];
    fetches[0]?.answer(success());
    const [first, second] = (await Promise.all(scrapes)).map(({ answer }) => (answer as ScrapeSuccess).body);

    first?.release(one);
    second?.release(other);

    expect([released, usedUp]).toEqual([1, all]);
  });

  it.each(['path', 'query', 'accept', 'authorization'] as const)(
    'are two where the %s is another',
    (what) => {
      void shared.scrape(ask());
      void shared.scrape(ask({ [what]: 'other' }));

      expect(fetches.length).toBe(2);
    },
  );

  it('are two where the first is answered already', async () => {
    const first = shared.scrape(ask());
    fetches[0]?.answer(success());
    await first;

    void shared.scrape(ask());

    expect(fetches.length).toBe(2);
  });

  it('fail together when the fetch fails', async () => {
    const scrapes = [shared.scrape(ask()), shared.scrape(ask({ deadlineAt: performance.now() + 20_000 }))];

    fetches[0]?.answer(failure('target_unreachable', 'refused'));

    expect(await kinds(...scrapes)).toEqual(['failure', 'failure']);
    expect(fetches.length).toBe(1);
  });

  it('do not end one another: who hangs up leaves, the first as well as the second', async () => {
    const leaving = new Cancellation();
    const first = shared.scrape(ask({ cancellation: leaving }));
    const second = shared.scrape(ask());

    leaving.cancel();
    expect(await kinds(first)).toEqual(['abandoned']);
    expect(fetches[0]?.ask.cancellation.isCancelled).toBe(false);
    fetches[0]?.answer(success());

    expect(await kinds(second)).toEqual(['success']);
  });

  it('are given up when nobody is left, and a later one begins anew', async () => {
    const leaving = new Cancellation();
    const scrapes = [1, 2].map(() => shared.scrape(ask({ cancellation: leaving })));

    leaving.cancel();

    expect(fetches[0]?.ask.cancellation.isCancelled).toBe(true);
    const later = shared.scrape(ask());
    expect(await kinds(...scrapes)).toEqual(['abandoned', 'abandoned']);
    fetches[1]?.answer(success());
    expect(await kinds(later)).toEqual(['success']);
  });

  it('wait no longer than each of them may', async () => {
    const first = shared.scrape(ask());
    const deadlineAt = performance.now() + 30;
    const second = await shared.scrape(ask({ deadlineAt }));

    expect(second.answer).toMatchObject({ kind: 'failure', code: 'timed_out' });
    // Timers count whole milliseconds, from a time that the event loop looked up earlier.
    expect(performance.now()).toBeGreaterThan(deadlineAt - 5);
    fetches[0]?.answer(success());
    expect(await kinds(first)).toEqual(['success']);
  });

  it('are asked for again when the time of the first was over and theirs is not', async () => {
    const first = shared.scrape(ask());
    const second = shared.scrape(ask({ deadlineAt: performance.now() + 20_000 }));

    fetches[0]?.answer(failure('timed_out', 'too slow'));
    await expect.poll(() => fetches.length).toBe(2);
    fetches[1]?.answer(success());

    expect(await kinds(first, second)).toEqual(['failure', 'success']);
  });

  it('get a fetch of their own when the body flows: the first alone has it', async () => {
    const rest = Readable.from([]);
    const scrapes = [shared.scrape(ask()), shared.scrape(ask())];

    fetches[0]?.answer(success(rest));
    await expect.poll(() => fetches.length).toBe(2);
    fetches[1]?.answer(success());

    const answers = (await Promise.all(scrapes)).map(({ answer }) => (answer as ScrapeSuccess).body.rest);
    expect(answers).toEqual([rest, undefined]);
  });

  it('are given up while the body flows when its scraper hangs up', async () => {
    const leaving = new Cancellation();
    const first = shared.scrape(ask({ cancellation: leaving }));
    fetches[0]?.answer(success(Readable.from([])));
    await first;

    leaving.cancel();

    expect(fetches[0]?.ask.cancellation.isCancelled).toBe(true);
  });

  it('are told of in parts once', async () => {
    const scrapes = [shared.scrape(ask()), shared.scrape(ask())];

    fetches[0]?.answer(success(), []);

    expect((await Promise.all(scrapes)).map(({ parts }) => parts)).toEqual([[], undefined]);
  });

  it('make fetches of their own beyond the bound, and where sharing is off', () => {
    for (let at = 0; at < 5; at += 1) {
      void shared.scrape(ask());
    }
    const off = new SharedScrapes(make, 0);
    [1, 2].forEach(() => void off.scrape(ask()));

    expect([shared.joined, fetches.length]).toEqual([2, 3 + 2]);
    fetches[0]?.answer(success());
  });

  it('crash together', async () => {
    const scrapes = [shared.scrape(ask()), shared.scrape(ask())];

    fetches[0]?.crash(new Error('a bug'));

    const outcomes = await Promise.allSettled(scrapes);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
