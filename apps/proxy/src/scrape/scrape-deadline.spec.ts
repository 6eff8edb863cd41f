import { describe, expect, it } from 'vitest';
import { agentBudgetMs, scrapeTimeLimit } from './scrape-deadline.js';

const MAX_SECS = 90;

describe('the time limit of a scrape', () => {
  it.each([
    ['10', 9_500],
    ['10.0', 9_500],
    ['1', 950],
    ['1.5', 1_425],
    ['20', 19_500],
    ['60', 59_500],
    ['0.5', 450],
    ['0.1', 50],
    ['0.099', 49.5],
    ['0.01', 5],
    ['1e1', 9_500],
    [' 10 ', 9_500],
    ['90', 89_500],
    ['91', 90_000],
    ['1e9', 90_000],
  ])('of a scraper that allows %s s is %d ms', (header, limitMs) => {
    const limit = scrapeTimeLimit(header, MAX_SECS);

    expect(limit.limitMs).toBeCloseTo(limitMs, 6);
    expect(limit.ignoredHeader).toBeUndefined();
  });

  it("is the proxy's own without a header", () => {
    expect(scrapeTimeLimit(undefined, MAX_SECS)).toEqual({ limitMs: 90_000 });
  });

  it.each(['', ' ', '0', '-1', '-0', 'NaN', 'Infinity', '-Infinity', '1e999', 'ten', '10s', '10, 10', '1,5'])(
    "is the proxy's own when the header says %j, which is told",
    (header) => {
      expect(scrapeTimeLimit(header, MAX_SECS)).toEqual({ limitMs: 90_000, ignoredHeader: header });
    },
  );
});

describe("an agent's budget", () => {
  it.each([
    [60_000, 59_750],
    [5_000, 4_750],
    [1_000, 950],
    [400, 380],
    [100, 80],
    [40, 20],
    [10, 5],
    [1, 1],
    [0, 1],
    [-5, 1],
  ])('of %d ms that are left is %d ms', (leftMs, budgetMs) => {
    expect(agentBudgetMs(leftMs)).toBe(budgetMs);
  });

  it('is whole milliseconds', () => {
    expect(agentBudgetMs(1_234.567)).toBe(1_172);
  });
});
