import { setFlagsFromString } from 'node:v8';

/**
 * Let no match take exponential time: V8 then starts one over, in linear time, that tries too many ways, unless
 * its pattern has what only backtracking can match (back references, look-arounds, `(?i)`, `\p`, counts of
 * hundreds).
 *
 * It is a flag of the whole process, so only a program of its own sets it, never a module.
 */
export function boundMatchingTime(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}
