import { type Duplex, Readable } from 'node:stream';

/**
 * Pieces as a stream transforms them. Iterating throws what the source throws or the stream fails with; leaving
 * the iteration early ends the source too.
 */
export function pipeThrough(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  transform: Duplex,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const input = Readable.from(source, { objectMode: false, signal });
  input.on('error', (error) => transform.destroy(error));
  transform.on('close', () => input.destroy());
  return input.pipe(transform) as AsyncIterable<Buffer>;
}
