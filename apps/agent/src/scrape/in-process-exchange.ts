import { Buffer } from 'node:buffer';
import type { CancellationToken } from '@app/deadlines';
import type { InProcessTarget } from '../paths/in-process-target.js';
import type { FetchFailureKind, FetchOutcome } from './fetch-outcome.js';
import type { MemoryShare } from './memory-budget.js';

/**
 * Ask a target in this process, as a target behind a socket is asked: within the deadline, the size and the memory.
 *
 * @param cancellation - ends the wait; what the target still works on is dropped
 */
export async function askInProcess(
  target: InProcessTarget,
  maxBytes: number,
  share: MemoryShare,
  cancellation: CancellationToken,
): Promise<FetchOutcome> {
  const { promise: aborted, resolve } = Promise.withResolvers<FetchOutcome>();
  const onCancel = (): void => resolve({ kind: 'aborted' });
  cancellation.onCancel(onCancel);
  try {
    return await Promise.race([render(target, maxBytes, share, cancellation), aborted]);
  } finally {
    cancellation.offCancel(onCancel);
  }
}

async function render(
  target: InProcessTarget,
  maxBytes: number,
  share: MemoryShare,
  cancellation: CancellationToken,
): Promise<FetchOutcome> {
  let body: Buffer;
  try {
    body = Buffer.from(await target.metrics(), 'utf8');
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return failed('target_unreachable', `the metrics of this process cannot be had: ${words}`);
  }
  if (cancellation.isCancelled) {
    return { kind: 'aborted' };
  }
  if (body.length > maxBytes) {
    return failed('content_too_large', `Content size exceeds maximum allowed size of ${maxBytes} bytes`);
  }
  if (!share.grow(body.length)) {
    return failed('overloaded', 'the memory for bodies is used up');
  }
  const head = {
    statusCode: 200,
    contentType: target.contentType,
    contentEncoding: '',
    contentLength: body.length,
    retryAfterSecs: 0,
  };
  return { kind: 'whole', head, pieces: [body], byteCount: body.length };
}

const failed = (failure: FetchFailureKind, words: string): FetchOutcome => ({
  kind: 'failed',
  failure,
  words,
  brokeBeforeAnswer: false,
  hasTimedOut: true,
});
