import { gunzip } from '@app/chunking';
import { mergeBodies } from './merge-bodies.js';
import type { BodyMemory } from './body-memory.js';
import type { ScrapeAnswer, ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** What merging may use. */
export interface MergeLimits {
  /** Bytes that one inflated body may have. */
  readonly maxInflatedBytes: number;
  readonly memory: BodyMemory;
}

/**
 * One answer for several: the bodies of all that succeeded, joined; the first failure when none did. Status and
 * `Content-Type` are those of the first with status 200. The bodies that were joined are released.
 */
export async function mergeAnswers(
  answers: readonly ScrapeAnswer[],
  limits: MergeLimits,
): Promise<ScrapeAnswer> {
  const successes = answers.filter((answer) => answer.kind === 'success');
  const [first] = successes;
  if (first === undefined) {
    return answers.find((answer) => answer.kind === 'failure') ?? { kind: 'abandoned' };
  }
  if (successes.length === 1) {
    return first;
  }
  const leading = successes.find(({ status }) => status === 200) ?? first;
  try {
    return await join(successes, leading, limits);
  } finally {
    successes.forEach(({ body }) => body.release());
  }
}

async function join(
  successes: readonly ScrapeSuccess[],
  { status, contentType }: ScrapeSuccess,
  limits: MergeLimits,
): Promise<ScrapeAnswer> {
  const bodies: Buffer[] = [];
  for (const { body } of successes) {
    const bytes = await plainBytes(body, limits.maxInflatedBytes);
    if ('kind' in bytes) {
      return bytes;
    }
    bodies.push(bytes);
  }
  const merged = mergeBodies(bodies, contentType);
  if (!limits.memory.reserve(merged.length)) {
    return failure('overloaded', 'the proxy holds as many bytes of bodies as it may');
  }
  const release = (): void => limits.memory.release(merged.length);
  const body: ScrapeBody = { encoding: 'identity', pieces: [merged], byteCount: merged.length, release };
  return { kind: 'success', status, contentType, body };
}

async function plainBytes(body: ScrapeBody, maxBytes: number): Promise<Buffer | ScrapeFailure> {
  const pieces = [...body.pieces];
  if (body.rest !== undefined) {
    try {
      for await (const piece of body.rest) {
        pieces.push(piece as Buffer);
      }
    } catch (error) {
      return failure('target_unreachable', `a body broke while it was joined: ${(error as Error).message}`);
    }
  }
  if (body.encoding === 'identity') {
    return Buffer.concat(pieces);
  }
  const outcome = await gunzip(pieces, maxBytes);
  switch (outcome.kind) {
    case 'ok':
      return outcome.bytes;
    case 'too_large':
      return failure('payload_too_large', `a body has more than ${maxBytes} bytes when inflated`);
    case 'broken':
      return failure('invalid_payload', `a gzip body is broken: ${outcome.detail}`);
  }
}
