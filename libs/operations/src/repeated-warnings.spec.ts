import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepeatedWarnings } from './repeated-warnings.js';

describe('warnings that repeat', () => {
  let lines: unknown[][];
  let warnings: RepeatedWarnings;

  beforeEach(() => {
    vi.useFakeTimers();
    lines = [];
    warnings = new RepeatedWarnings({ warn: (...line: unknown[]) => void lines.push(line) });
  });
  afterEach(() => {
    warnings.flush();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  const warn = (key: string, times = 1): void => {
    for (let index = 0; index < times; index += 1) {
      warnings.warn(key, { key, index }, 'trouble');
    }
  };

  it('are logged once at once, and then once a minute with their number and the last fields', () => {
    warn('a', 5);
    const atOnce = [...lines];
    vi.advanceTimersByTime(60_000);
    warn('a', 2);
    vi.advanceTimersByTime(60_000);

    expect(atOnce).toEqual([[{ key: 'a', index: 0 }, 'trouble']]);
    expect(lines.slice(1)).toEqual([
      [{ key: 'a', index: 4, repeated: 4 }, 'trouble'],
      [{ key: 'a', index: 1, repeated: 2 }, 'trouble'],
    ]);
  });

  it('are news again after a minute without one', () => {
    warn('a');
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);

    warn('a');

    expect(lines).toHaveLength(2);
    expect(lines[1]).toEqual([{ key: 'a', index: 0 }, 'trouble']);
  });

  it('are counted by kind', () => {
    warn('a', 2);
    warn('b', 3);
    vi.advanceTimersByTime(60_000);

    expect(lines.map(([fields]) => fields)).toEqual([
      { key: 'a', index: 0 },
      { key: 'b', index: 0 },
      { key: 'a', index: 1, repeated: 1 },
      { key: 'b', index: 2, repeated: 2 },
    ]);
  });

  it('share one count beyond a hundred kinds', () => {
    for (let kind = 0; kind < 1_000; kind += 1) warn(`kind ${kind}`);
    const atOnce = lines.length;
    vi.advanceTimersByTime(60_000);

    expect(atOnce).toBe(101);
    expect(lines.slice(101)).toEqual([[{ key: 'kind 999', index: 0, repeated: 899 }, 'trouble']]);
  });

  it('lose no number when they are flushed, and are news afterwards', () => {
    warn('a', 3);

    warnings.flush();
    warn('a');

    expect(lines.map(([fields]) => fields)).toEqual([
      { key: 'a', index: 0 },
      { key: 'a', index: 2, repeated: 2 },
      { key: 'a', index: 0 },
    ]);
  });
});
