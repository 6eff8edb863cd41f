import { describe, expect, it } from 'vitest';
import type { PathEntry } from '../paths/path-entry.js';
import { FakeSession } from '../testing/fake-session.js';
import { aRegistration } from '../testing/registrations.js';
import { LeastLoadedSelector } from './agent-selector.js';

const entryOf = (sessions: readonly FakeSession[]): PathEntry => ({
  path: 'app',
  isConsolidated: true,
  registrations: sessions.map((session) => aRegistration(session, 'app')),
  standbys: [],
});

describe('the least loaded agent', () => {
  const selector = new LeastLoadedSelector();
  const withLoads = (...loads: number[]): FakeSession[] =>
    loads.map((inFlight) => new FakeSession({ inFlight }));

  it('is the one with the fewest scrapes in flight', () => {
    const sessions = withLoads(2, 0, 1);

    expect(selector.select(entryOf(sessions), new Set())).toBe(sessions[1]);
  });

  it('is the one that registered first among equals', () => {
    const sessions = withLoads(1, 1);

    expect(selector.select(entryOf(sessions), new Set())).toBe(sessions[0]);
  });

  it('is available and was not tried before', () => {
    const sessions = withLoads(0, 1, 2);
    sessions[0]!.isAvailable = false;

    expect(selector.select(entryOf(sessions), new Set([sessions[1]!]))).toBe(sessions[2]);
  });

  it('does not exist when all were tried, or nobody is there', () => {
    const sessions = withLoads(0, 1);

    expect(selector.select(entryOf(sessions), new Set(sessions))).toBeUndefined();
    expect(selector.select(entryOf([]), new Set())).toBeUndefined();
  });

  it('is one that is leaving when nobody stays, and not one that has ended', () => {
    const [leaving, ended] = withLoads(3, 0);
    leaving!.isAvailable = false;
    ended!.isAvailable = false;
    ended!.isEnded = true;

    expect(selector.select(entryOf([ended!, leaving!]), new Set())).toBe(leaving);
  });
});
