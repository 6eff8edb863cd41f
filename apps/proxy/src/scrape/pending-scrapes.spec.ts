import { beforeEach, describe, expect, it } from 'vitest';
import { Cancellation } from '@app/deadlines';
import { FakeSession } from '../testing/fake-session.js';
import { anAsk } from '../testing/scrape-asks.js';
import type { PendingEnd, PendingScrape } from './pending-scrape.js';
import { PendingScrapes } from './pending-scrapes.js';
import { failure } from './scrape-failure.js';

const GONE = failure('agent_disconnected', 'gone');

describe('pending scrapes', () => {
  let pendings: PendingScrapes;
  let session: FakeSession;
  let other: FakeSession;
  let ends: PendingEnd[];

  beforeEach(() => {
    pendings = new PendingScrapes(3);
    session = new FakeSession();
    other = new FakeSession();
    ends = [];
  });

  const open = (of: FakeSession, overrides = {}): PendingScrape =>
    pendings.open(of, anAsk(overrides), (_pending, end) => ends.push(end))!;

  it('have ids of their own that are never used again', () => {
    const first = open(session);
    first.settle(GONE);
    const second = open(session);

    expect(second.id).not.toBe(first.id);
  });

  it('are bounded, and a place is free again when one ends', () => {
    const all = [open(session), open(session), open(session)];

    const refused = open(session);
    all[0]!.settle(GONE);
    const accepted = open(session);

    expect([refused, accepted?.isEnded]).toEqual([undefined, false]);
    all.concat(accepted).forEach((pending) => pending.settle(GONE));
  });

  it('are found by the session that was asked, and by no other', () => {
    const pending = open(session);

    expect(pendings.find(pending.id, session)).toBe(pending);
    expect(pendings.find(pending.id, other)).toBeUndefined();
    expect(pendings.find(pending.id + 1, session)).toBeUndefined();
    pending.settle(GONE);
    expect(pendings.find(pending.id, session)).toBeUndefined();
  });

  it('of one session fail together when it ends, the others stay', async () => {
    const mine = [open(session), open(session)];
    const theirs = open(other);

    pendings.failSession(session, GONE);

    expect(await Promise.all(mine.map(({ answer }) => answer))).toEqual([GONE, GONE]);
    expect([pendings.size, theirs.isEnded]).toEqual([1, false]);
    theirs.settle(GONE);
  });

  it('can all be failed', () => {
    open(session);
    open(other);

    pendings.failAll(GONE);

    expect([pendings.size, ends]).toEqual([0, ['settled', 'settled']]);
  });

  it('leave by their deadline, and by a scraper that hangs up', async () => {
    const hangUp = new Cancellation();
    const late = open(session, { deadlineAt: performance.now() + 10 });
    const abandoned = open(session, { cancellation: hangUp });

    hangUp.cancel();

    expect(await abandoned.answer).toEqual({ kind: 'abandoned' });
    expect(await late.answer).toMatchObject({ code: 'timed_out' });
    expect([pendings.size, ends]).toEqual([0, ['abandoned', 'deadline']]);
  });
});
