import { describe, expect, it } from 'vitest';
import { HISTORY_LENGTH, PathActivity } from './path-activity.js';
import type { RecentScrape } from './recent-scrape.js';

describe('the activity of a path', () => {
  it('has a history of its last scrapes, the oldest first', () => {
    const activity = new PathActivity();

    [1, 2, 3].forEach((durationMs) => activity.note(aScrape({ durationMs })));

    expect(activity.history().map(({ durationMs }) => durationMs)).toEqual([1, 2, 3]);
    expect(activity.last?.durationMs).toBe(3);
  });

  it('forgets what is older than its history, failures among them', () => {
    const activity = new PathActivity();
    activity.note(aScrape({ outcome: 'timed_out' }));

    for (let durationMs = 1; durationMs <= HISTORY_LENGTH; durationMs += 1) {
      activity.note(aScrape({ durationMs }));
    }

    const history = activity.history();
    expect(history.map(({ durationMs }) => durationMs)).toEqual(
      Array.from({ length: HISTORY_LENGTH }, (_, index) => index + 1),
    );
    expect(history.some(({ isFailed }) => isFailed)).toBe(false);
  });

  it('counts the failures since the last success', () => {
    const activity = new PathActivity();
    const outcomes = ['timed_out', 'success', 'timed_out', 'abandoned'] as const;

    const counts = outcomes.map((outcome) => {
      activity.note(aScrape({ outcome }));
      return activity.failures;
    });

    expect(counts).toEqual([1, 0, 1, 2]);
    expect(activity.history().map(({ isFailed }) => isFailed)).toEqual([true, false, true, true]);
    expect(activity.scrapes).toBe(4);
  });
});

function aScrape(overrides: Partial<RecentScrape>): RecentScrape {
  const nothing = {
    id: 0,
    path: 'app',
    agentName: 'edge',
    atMs: 0,
    status: 200,
    words: '',
    durationMs: 0,
    bytes: 0,
  };
  return { ...nothing, outcome: 'success', ...overrides };
}
