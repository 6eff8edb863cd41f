import { gunzip, gzipDeclaredLength } from '@app/chunking';
import type { BodyMemory } from './body-memory.js';
import type { Release, ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** An inflated body; who takes it releases it once. */
export interface InflatedBody {
  readonly kind: 'inflated';
  readonly bytes: Buffer;
  readonly release: Release;
}

/** Inflates gzip bodies within a limit for each and the memory budget for all. */
export class BodyInflater {
  /** @param maxInflatedBytes - what one inflated body may have */
  constructor(
    readonly maxInflatedBytes: number,
    readonly memory: BodyMemory,
  ) {}

  /**
   * Inflate a whole body.
   *
   * What its trailer declares is reserved first; a body that turns out to be larger (it has several members, or lies)
   * is inflated again with the whole limit reserved.
   */
  async inflate(pieces: readonly Buffer[]): Promise<InflatedBody | ScrapeFailure> {
    const declared = gzipDeclaredLength(pieces.at(-1) ?? Buffer.alloc(0)) ?? this.maxInflatedBytes;
    const expected = Math.min(declared, this.maxInflatedBytes);
    const first = await this.inflateWithin(pieces, expected);
    const isLarger = first.kind === 'failure' && first.code === 'payload_too_large';
    return isLarger && expected < this.maxInflatedBytes
      ? this.inflateWithin(pieces, this.maxInflatedBytes)
      : first;
  }

  private async inflateWithin(
    pieces: readonly Buffer[],
    maxBytes: number,
  ): Promise<InflatedBody | ScrapeFailure> {
    const { memory } = this;
    if (!memory.reserve(maxBytes)) {
      return memory.refusal();
    }
    const outcome = await gunzip([...pieces], maxBytes);
    if (outcome.kind === 'ok') {
      const { bytes } = outcome;
      memory.release(maxBytes - bytes.length);
      return { kind: 'inflated', bytes, release: memory.releaser(bytes.length, [bytes]) };
    }
    memory.release(maxBytes);
    const tooLarge = `the body has more than ${this.maxInflatedBytes} bytes when inflated`;
    return outcome.kind === 'too_large'
      ? failure('payload_too_large', tooLarge)
      : failure('invalid_payload', `the gzip body is broken: ${outcome.detail}`);
  }
}
