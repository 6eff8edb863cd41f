import { expect, vi } from 'vitest';
import type { PacedScrape, PacedScrapes } from './paced-scrapes.js';

/** Wait for the first success among the scrapes sent after `since`. Answers how long after it that was sent, in ms. */
export async function recoveryMs(load: PacedScrapes, since: number, withinMs: number): Promise<number> {
  const isRecovered = (): PacedScrape => {
    const first = load.since(since).find((one) => one.status === 200);
    if (!first) throw new Error(`not recovered: ${JSON.stringify(load.since(since).slice(-3))}`);
    return first;
  };
  const first = await vi.waitFor(isRecovered, { timeout: withinMs + 2_000, interval: 20 });
  return first.sentAt - since;
}

/** Wait until this many scrapes in a row, the last ones, were successes. */
export async function waitForSteadySuccess(load: PacedScrapes, inARow = 25): Promise<void> {
  const tail = (): (number | string)[] => load.finished.slice(-inARow).map((one) => one.status);
  await expect.poll(tail, { timeout: 10_000, interval: 50 }).toEqual(Array(inARow).fill(200));
}

/** The outcomes that occurred, each once, as `<status> <reason>`. */
export function outcomesOf(scrapes: readonly PacedScrape[]): string[] {
  return [...new Set(scrapes.map(({ status, reason }) => `${status} ${reason}`.trim()))].toSorted();
}

/** The longest that any of these took, in ms. */
export function slowestMs(scrapes: readonly PacedScrape[]): number {
  return Math.max(0, ...scrapes.map((one) => one.durationMs));
}
