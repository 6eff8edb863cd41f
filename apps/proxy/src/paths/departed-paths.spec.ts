import { describe, expect, it } from 'vitest';
import type { ListedPath } from './listed-path.js';
import { DepartedPaths } from './departed-paths.js';

const listed = (path: string, agentName: string): ListedPath => ({
  path,
  agentNames: [agentName],
  hostNames: ['host'],
  labels: {},
});

class Clock {
  ms = 0;
  readonly now = (): number => this.ms;
}

describe('departed paths', () => {
  it('are remembered with who left and why', () => {
    const departed = new DepartedPaths(1_000, 10, new Clock().now);

    departed.add(listed('app', 'edge-7'), 'its connection closed');

    expect(departed.find('app')).toMatchObject({
      path: 'app',
      agentName: 'edge-7',
      words: 'its connection closed',
    });
    expect(departed.find('other')).toBeUndefined();
  });

  it('are forgotten when the hold-down is over, and not before', () => {
    const clock = new Clock();
    const departed = new DepartedPaths(1_000, 10, clock.now);
    departed.add(listed('app', 'edge'), 'gone');

    clock.ms = 999;
    const before = departed.find('app');
    clock.ms = 1_000;
    const after = departed.find('app');

    expect(before).toBeDefined();
    expect(after).toBeUndefined();
    expect(departed.size).toBe(0);
  });

  it('are held anew when their next agent leaves', () => {
    const clock = new Clock();
    const departed = new DepartedPaths(1_000, 10, clock.now);
    departed.add(listed('app', 'first'), 'gone');
    departed.add(listed('other', 'first'), 'gone');

    clock.ms = 900;
    departed.add(listed('app', 'second'), 'gone too');
    clock.ms = 1_100;

    expect(departed.find('app')?.agentName).toBe('second');
    expect(departed.find('other')).toBeUndefined();
  });

  it('are bounded: the oldest makes room', () => {
    const departed = new DepartedPaths(1_000, 2, new Clock().now);

    ['a', 'b', 'c'].forEach((path) => departed.add(listed(path, 'edge'), 'gone'));

    expect(departed.size).toBe(2);
    expect(departed.find('a')).toBeUndefined();
    expect(departed.find('c')).toBeDefined();
  });

  it('are dropped when somebody serves the path again', () => {
    const departed = new DepartedPaths(1_000, 10, new Clock().now);
    departed.add(listed('app', 'edge'), 'gone');

    departed.remove('app');

    expect(departed.find('app')).toBeUndefined();
    expect(departed.size).toBe(0);
  });

  it('are not held at all without a hold-down', () => {
    const departed = new DepartedPaths(0, 10, new Clock().now);

    departed.add(listed('app', 'edge'), 'gone');

    expect(departed.find('app')).toBeUndefined();
  });
});
