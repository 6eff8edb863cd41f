import { describe, expect, it } from 'vitest';
import { toStageTimes } from './stage-times.js';

describe('the stages of a scrape', () => {
  it('are the time in both queues, the time at the target, and the rest, which is the link', () => {
    const times = toStageTimes(10, 100, { waitedMicros: 20_000, targetMicros: 30_000 });

    expect(times?.queueSecs).toBeCloseTo(0.03);
    expect(times?.targetSecs).toBeCloseTo(0.03);
    expect(times?.linkSecs).toBeCloseTo(0.05);
  });

  it('are not known when the agent does not say how long its target took', () => {
    expect(toStageTimes(10, 100, { waitedMicros: 0, targetMicros: 0 })).toBeUndefined();
  });

  it('never have a link that is faster than nothing, whatever the agent says', () => {
    expect(toStageTimes(0, 10, { waitedMicros: 0, targetMicros: 4_000_000_000 })?.linkSecs).toBe(0);
  });
});
