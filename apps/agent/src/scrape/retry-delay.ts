const LONGEST_PAUSE_MS = 5_000;
const MAX_JITTER_MS = 1_000;

/**
 * How long to wait before a retry: 1 s, 2 s, 4 s, then 5 s, with up to a second at random on top; a target that
 * asks for more gets it.
 *
 * @param retry - 1-based
 * @param retryAfterSecs - what the target asked for; 0 when it did not
 */
export function retryDelayMs(retry: number, retryAfterSecs: number, random: () => number): number {
  const pauseMs = Math.min(1_000 * 2 ** (retry - 1), LONGEST_PAUSE_MS);
  return Math.max(pauseMs + random() * MAX_JITTER_MS, retryAfterSecs * 1_000);
}
