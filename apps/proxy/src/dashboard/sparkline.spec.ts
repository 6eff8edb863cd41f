import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline.js';

describe('a spark line', () => {
  it('goes from low to high, ends at the right, and marks what failed', () => {
    const svg = String(
      sparkline([
        { durationMs: 10, isFailed: false },
        { durationMs: 40, isFailed: true },
      ]),
    );

    expect(svg).toContain('points="113.1,16.5 117,3"');
    expect(svg).toContain('<circle cx="117" cy="3" r="2" />');
    expect(svg).toContain('Last 2 scrapes: up to 40 ms, 1 failed');
  });

  it('is flat for scrapes that took no time, and nothing without any', () => {
    expect(String(sparkline([{ durationMs: 0, isFailed: false }]))).toContain('points="117,21"');
    expect(sparkline([])).toBeUndefined();
  });
});
