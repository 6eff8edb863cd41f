import { type DestinationStream, destination } from 'pino';

/** Lines that could not be written yet, in bytes; more are lost. */
const MAX_HELD_BYTES = 1024 * 1024;

/**
 * A file descriptor as the destination of log lines, written synchronously.
 *
 * A program outlives its log: where lines cannot be written (the disk is full, the reader is gone), some are held until
 * they can, and the rest are lost.
 *
 * @param onLost - told how many lines were lost, once it can be written again
 */
export function logOutput(
  fd: number,
  onLost: (lines: number) => void,
  maxHeldBytes = MAX_HELD_BYTES,
): DestinationStream {
  const output = destination({ dest: fd, sync: true, maxLength: maxHeldBytes });
  let lost = 0;
  output.on('error', () => undefined);
  output.on('drop', () => (lost += 1));
  output.on('write', () => {
    if (lost > 0) {
      const lines = lost;
      lost = 0;
      onLost(lines);
    }
  });
  // Nothing but `write`: flushing an output that cannot be written would never return.
  return { write: (line) => void output.write(line) };
}
