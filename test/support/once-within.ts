import type { EventEmitter } from 'node:events';
import { once } from 'node:events';

/**
 * Wait for an event that `start` brings about.
 *
 * @throws when it has not come after `withinMs`, or the emitter reports an error first
 */
export async function onceWithin(
  emitter: EventEmitter,
  event: string,
  withinMs: number,
  start: () => void = () => {},
): Promise<unknown[]> {
  const arrived = once(emitter, event, { signal: AbortSignal.timeout(withinMs) });
  start();
  return arrived;
}
