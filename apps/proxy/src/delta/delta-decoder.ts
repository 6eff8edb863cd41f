import { bodyId, decodeFrame, frameLength, idFromWire, type Base } from '@app/delta';
import type { DeltaBodyMessage, ScrapeResponseMessage } from '@app/protocol';
import type { BodyMemory } from '../scrape/body-memory.js';
import type { ScrapeBody, ScrapeFailure } from '../scrape/scrape-answer.js';
import type { DeltaOffer } from './delta-offer.js';

/** A body out of its frame, proven by its id. */
export interface DecodedBody {
  readonly kind: 'decoded';
  readonly bytes: Buffer;
  readonly id: string;
  /** The offered body it was coded with, if it was. */
  readonly base: Base | undefined;
  /** The same bytes, counted against the memory budget. */
  readonly body: ScrapeBody;
}

/** The coding does not fit what was offered. `words` hold no content. */
export interface DeltaMismatch {
  readonly kind: 'mismatch';
  readonly words: string;
}

/** Turns frames back into bodies, within a limit for each and the memory budget for all. */
export class DeltaDecoder {
  /** @param maxBytes - what one body may have */
  constructor(
    private readonly maxBytes: number,
    private readonly memory: BodyMemory,
  ) {}

  /** The failure is that there is no memory for the body. */
  async decode(
    { deltaBody }: ScrapeResponseMessage,
    offer: DeltaOffer,
  ): Promise<DecodedBody | DeltaMismatch | ScrapeFailure> {
    const { baseId, bodyId: idOnWire, frame } = deltaBody as DeltaBodyMessage;
    const id = idFromWire(idOnWire);
    const base = offer.find(idFromWire(baseId) ?? '');
    if (id === undefined || (base === undefined && baseId.length > 0)) {
      return mismatch('it names no body, or a base that was not offered');
    }
    const byteCount = frameLength(frame);
    if (byteCount === undefined || byteCount > this.maxBytes) {
      return mismatch(`it declares ${byteCount ?? 'no'} bytes, at most ${this.maxBytes} are allowed`);
    }
    return this.memory.reserve(byteCount)
      ? this.decodeReserved(frame, byteCount, base, id)
      : this.memory.refusal();
  }

  private async decodeReserved(
    frame: Buffer,
    byteCount: number,
    base: Base | undefined,
    id: string,
  ): Promise<DecodedBody | DeltaMismatch> {
    const outcome = await decodeFrame(frame, base?.bytes, byteCount);
    if (outcome.kind !== 'ok' || bodyId(outcome.bytes) !== id) {
      this.memory.release(byteCount);
      return mismatch(outcome.kind === 'broken' ? outcome.detail : 'it decodes to another body');
    }
    const { bytes } = outcome;
    const release = this.memory.releaser(byteCount);
    return {
      kind: 'decoded',
      bytes,
      id,
      base,
      body: { encoding: 'identity', pieces: [bytes], byteCount, release },
    };
  }
}

function mismatch(words: string): DeltaMismatch {
  return { kind: 'mismatch', words };
}
