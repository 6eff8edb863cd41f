import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamSession } from '../agents/stream-session.js';
import { failure } from '../scrape/scrape-failure.js';
import type { ScrapeAnswer } from '../scrape/scrape-answer.js';
import type { ScrapeRecord } from '../scrape/scrape-observer.js';
import { RecentActivity } from './recent-activity.js';

const END = { cause: 'disconnected', words: 'its connection closed' } as const;
const MINUTE_MS = 60_000;

describe('recent activity', () => {
  let nowMs: number;
  let activity: RecentActivity;

  beforeEach(() => {
    nowMs = 1_000_000;
    activity = new RecentActivity({ scrapes: 3, failures: 2 }, () => nowMs);
  });

  it('remembers what became of the last scrapes, and of each path, without their bodies', () => {
    activity.scraped(aRecord('a', aSuccess(100)));
    activity.scraped(aRecord('b', failure('timed_out', 'too slow')));
    activity.scraped(aRecord('b', { kind: 'abandoned' }));

    expect(activity.recentScrapes().map(({ outcome }) => outcome)).toEqual([
      'abandoned',
      'timed_out',
      'success',
    ]);
    expect(activity.recentFailures().map(({ words }) => words)).toEqual([
      'the scraper hung up before the answer',
      'too slow',
    ]);
    expect(activity.find('a')?.last).toEqual({
      id: 0,
      path: 'a',
      agentName: 'edge',
      atMs: 1_000_000,
      outcome: 'success',
      status: 200,
      words: '',
      durationMs: 5,
      bytes: 100,
    });
  });

  it('keeps nothing by path for a path that no agent was asked for', () => {
    activity.scraped({ ...aRecord('made-up', failure('invalid_path', 'nobody')), agentName: undefined });

    expect(activity.pathCount).toBe(0);
    expect(activity.recentFailures()).toHaveLength(1);
  });

  it('goes on with a known path when its agent has left', () => {
    activity.scraped(aRecord('a', aSuccess(1)));
    activity.scraped({ ...aRecord('a', failure('agent_gone', 'left')), agentName: undefined });

    expect(activity.find('a')?.last?.outcome).toBe('agent_gone');
  });

  it('forgets a path with the last who knew it', () => {
    ['a', 'b'].forEach((path) => activity.scraped(aRecord(path, aSuccess(1))));

    activity.retainPaths((path) => path === 'b');

    expect([activity.find('a'), activity.pathCount]).toEqual([undefined, 1]);
  });

  it('lists agents that left until they are back, at most for an hour', () => {
    const [edge, core] = [aSession('edge'), aSession('core')];
    activity.sessionEnded(edge, END);
    nowMs += MINUTE_MS;
    activity.sessionEnded(core, END);
    const names = (): string[] => activity.departedAgents.newestFirst(() => false).map(({ name }) => name);

    expect(names()).toEqual(['core', 'edge']);
    activity.sessionRegistered(aSession('edge'));
    expect(names()).toEqual(['core']);
    nowMs += 60 * MINUTE_MS;
    expect(names()).toEqual([]);
  });

  it('lists at most 200 agents that left, and none that never said who it was', () => {
    activity.sessionEnded(aSession('nameless', { isUnregistered: true }), END);
    for (let index = 0; index < 201; index += 1) {
      activity.sessionEnded(aSession(`edge-${index}`), END);
    }

    const left = activity.departedAgents.newestFirst(() => false);

    expect([left.length, left[0]?.name, left.at(-1)?.name]).toEqual([200, 'edge-200', 'edge-1']);
  });

  it('does not list an agent that has another session', () => {
    activity.sessionEnded(aSession('edge'), { cause: 'displaced', words: 'it connected again' });

    expect(activity.departedAgents.newestFirst(() => true)).toEqual([]);
  });

  it('lists refused paths until the agent has them or gives up, over its sessions', () => {
    activity.pathRefused(aSession('edge'), '/app', 'held by another');
    activity.pathRefused(aSession('edge'), 'app', 'held by another');
    activity.pathRefused(aSession('edge'), 'other', 'forbidden');

    expect(activity.refusedPaths.newestFirst()).toMatchObject([
      { path: 'other', attempts: 1 },
      { path: 'app', attempts: 2, agentName: 'edge', reason: 'held by another' },
    ]);
    activity.pathRegistered(aSession('edge'), '/app');
    expect(activity.refusedPaths.newestFirst()).toHaveLength(1);
    nowMs += 2 * MINUTE_MS;
    expect(activity.refusedPaths.newestFirst()).toEqual([]);
  });

  it('keeps little of what an agent makes up', () => {
    for (let index = 0; index < 1_001; index += 1) {
      activity.pathRefused(aSession('edge'), `${index}${'x'.repeat(10_000)}`, 'y'.repeat(10_000));
    }

    const refused = activity.refusedPaths.newestFirst();

    expect(refused).toHaveLength(1_000);
    expect(refused[0]?.path).toHaveLength(1_024);
    expect(refused[0]?.reason).toHaveLength(500);
  });
});

function aRecord(path: string, answer: ScrapeAnswer): ScrapeRecord {
  return { path, agentName: 'edge', answer, durationMs: 5 };
}

function aSuccess(byteCount: number): ScrapeAnswer {
  const body = { encoding: 'gzip', pieces: [], byteCount, release: () => undefined } as const;
  return { kind: 'success', status: 200, contentType: '', body };
}

function aSession(name: string, overrides: Partial<StreamSession> = {}): StreamSession {
  const agent = { name, hostName: 'host', launchId: 'x', isConsolidated: false, capabilities: new Set() };
  return { agent, identity: undefined, openedAt: 0, isUnregistered: false, ...overrides } as StreamSession;
}
