import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { RecentActivity } from '../activity/recent-activity.js';
import type { StreamSession } from '../agents/stream-session.js';
import { DepartedPaths } from '../paths/departed-paths.js';
import { PathTable } from '../paths/path-table.js';
import { FakeSession } from '../testing/fake-session.js';
import { aRegistration } from '../testing/registrations.js';
import { LiveFeed, type EventSink } from './live-feed.js';
import { Snapshots } from './snapshots.js';

const OPTIONS = { intervalMs: 2_000, maxClients: 2, beatMs: 15_000, maxUnreadMs: 30_000 };

class Sink extends EventEmitter implements EventSink {
  writableNeedDrain = false;
  readonly events: string[] = [];
  isEnded = false;
  isDestroyed = false;
  write(text: string): void {
    this.events.push(text);
  }
  end(): void {
    this.isEnded = true;
  }
  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
  get names(): string[] {
    return this.events.map((text) => /^event: (\w+)/.exec(text)?.[1] ?? '');
  }
}

describe('the live feed', () => {
  let paths: PathTable;
  let snapshots: Snapshots;
  let feed: LiveFeed;
  let take: MockInstance<Snapshots['take']>;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    paths = new PathTable({ maxPaths: 1_000, maxPathsPerAgent: 1_000 });
    snapshots = new Snapshots({
      agents: { list: (): StreamSession[] => [] },
      paths,
      departed: new DepartedPaths(1_000, 10, () => 0),
      activity: new RecentActivity({ scrapes: 0, failures: 10 }),
      links: 'dashboard/',
      now: Date.now,
    });
    take = vi.spyOn(snapshots, 'take');
    feed = new LiveFeed(snapshots, OPTIONS);
  });
  afterEach(() => {
    feed.close();
    vi.useRealTimers();
  });

  const watch = (filter = ''): Sink => {
    const sink = new Sink();
    feed.add(sink, { filter, version: snapshots.take(100).version });
    return sink;
  };
  const register = (path: string): void => void paths.claim(aRegistration(new FakeSession(), path));

  it('does not look while nobody watches', async () => {
    feed.wake();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(take).not.toHaveBeenCalled();
  });

  it('says nothing to a page that shows how it is, but that it is still there', async () => {
    const sink = watch();

    await vi.advanceTimersByTimeAsync(14_000);
    expect(sink.events).toEqual([]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(sink.names).toEqual(['beat']);
  });

  it('tells many changes at once, soon', async () => {
    const sink = watch();
    await vi.advanceTimersByTimeAsync(100);

    for (let index = 0; index < 100; index += 1) {
      register(`app-${index}`);
      feed.wake();
    }
    await vi.advanceTimersByTimeAsync(300);

    expect(sink.names).toEqual(['change']);
    expect(sink.events[0]).toContain('/app-99');
  });

  it('tells a page what its filter lets through', async () => {
    const [one, other] = [watch('app-1'), watch('nothing')];

    register('app-1');
    await vi.advanceTimersByTimeAsync(2_500);

    expect(one.events.join('')).toContain('/app-1');
    expect(other.events.join('')).not.toContain('/app-1');
    expect(other.names).toEqual(['change']);
  });

  it('queues nothing for a page that does not read, tells it the rest later, and hangs up when it never reads', async () => {
    const sink = watch();
    sink.writableNeedDrain = true;

    register('first');
    await vi.advanceTimersByTimeAsync(10_000);
    register('second');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sink.events).toEqual([]);
    sink.writableNeedDrain = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sink.names).toEqual(['change']);
    expect(sink.events[0]).toMatch(/\/first[^]*\/second/);
    sink.writableNeedDrain = true;
    await vi.advanceTimersByTimeAsync(35_000);

    expect(sink.isDestroyed).toBe(true);
    expect(feed.size).toBe(0);
  });

  it('has as many pages as it may, and forgets those that are closed', () => {
    const [one] = [watch(), watch()];

    expect(feed.isFull).toBe(true);
    one.emit('close');
    expect([feed.isFull, feed.size]).toEqual([false, 1]);
  });

  it('ends every page when it closes, and looks no more', async () => {
    const sink = watch();
    feed.close();
    take.mockClear();

    await vi.advanceTimersByTimeAsync(60_000);

    expect(sink.isEnded).toBe(true);
    expect(take).not.toHaveBeenCalled();
  });
});
