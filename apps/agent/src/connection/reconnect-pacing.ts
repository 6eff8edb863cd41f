/** How long to wait before the next round. */
export interface PacingOptions {
  /** Between two rounds, in milliseconds. */
  pauseMs: number;
  random?: () => number;
}

const JITTER = 0.2;
/** A connection that lived longer than the pause and this has earned an immediate retry. */
const LONG_LIVED_MARGIN_MS = 1_000;
/** Keeps the agents of a proxy that restarts from dialling all at once. */
const IMMEDIATE_JITTER = 0.1;

/**
 * The pause before the next round: the configured one give or take 20 %; next to nothing after a connection
 * that had served for long.
 *
 * @param servedMs - how long the connection that was lost had served; 0 when none was made
 */
export function reconnectDelayMs(servedMs: number, options: PacingOptions): number {
  const random = options.random ?? Math.random;
  if (servedMs > options.pauseMs + LONG_LIVED_MARGIN_MS) {
    return options.pauseMs * IMMEDIATE_JITTER * random();
  }
  return options.pauseMs * (1 - JITTER + 2 * JITTER * random());
}
