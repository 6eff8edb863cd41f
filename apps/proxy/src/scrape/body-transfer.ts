import { Readable } from 'node:stream';
import { ChunkAssembly, type Chunk, type Summary } from '@app/chunking';
import type { PassedHeader } from '@app/protocol';
import type { BodyMemory } from './body-memory.js';
import type { ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import type { AgentTimes } from './stage-times.js';

/** Up to here, in bytes on the link, a body is verified whole before its first byte goes to the scraper. */
export const VERIFIED_WHOLE_BYTES = 1024 * 1024;

/** What the header of a chunked body says. */
export interface TransferHeader {
  readonly status: number;
  readonly contentType: string;
  /** None when left out. */
  readonly headers?: readonly PassedHeader[];
  readonly isZipped: boolean;
  readonly agentTimes: AgentTimes;
}

export interface TransferLimits {
  /** Bytes on the link that one body may have. */
  readonly maxBytes: number;
  /** Whether a body above {@link VERIFIED_WHOLE_BYTES} may flow; only on a call of its own. */
  readonly mayFlow: boolean;
  readonly memory: BodyMemory;
}

/** A transfer that cannot go on, and where it broke. */
export interface TransferProblem {
  readonly stage: 'chunk' | 'summary' | 'bound';
  readonly failure: ScrapeFailure;
}

/** What the reader of a flowing body gets when its transfer breaks. */
export class BrokenBodyError extends Error {
  override readonly name = 'BrokenBodyError';

  constructor(readonly because: ScrapeFailure) {
    super(because.words);
  }
}

/**
 * One body that arrives in chunks.
 *
 * It holds the bytes, and counts them against the memory budget, until they are taken, flow on, or are dropped.
 */
export class BodyTransfer {
  private readonly assembly: ChunkAssembly;
  private heldBytes = 0;
  private flow: Readable | undefined;
  private wakeReader: (() => void) | undefined;

  constructor(
    readonly header: TransferHeader,
    private readonly limits: TransferLimits,
  ) {
    this.assembly = new ChunkAssembly(limits.maxBytes);
  }

  get isFlowing(): boolean {
    return this.flow !== undefined;
  }

  /** Whether so much has arrived that the rest should flow. */
  get wantsToFlow(): boolean {
    return this.limits.mayFlow && !this.isFlowing && this.assembly.byteCount > VERIFIED_WHOLE_BYTES;
  }

  /** Take one chunk; what is wrong with it, if anything. */
  add(chunk: Chunk): TransferProblem | undefined {
    const bytes = chunk.bytes.length;
    if (!this.limits.memory.reserve(bytes)) {
      return {
        stage: 'bound',
        failure: this.limits.memory.refusal(),
      };
    }
    this.heldBytes += bytes;
    const problem = this.assembly.add(chunk);
    if (problem === undefined) {
      this.pass();
      return undefined;
    }
    const code = problem.kind === 'too_large' ? 'payload_too_large' : 'invalid_payload';
    return { stage: problem.stage, failure: failure(code, `chunk validation failed: ${problem.detail}`) };
  }

  /** Check the summary; what is wrong, if anything. */
  finish(summary: Summary): TransferProblem | undefined {
    const problem = this.assembly.finish(summary);
    if (problem !== undefined) {
      return {
        stage: 'summary',
        failure: failure('invalid_payload', `summary validation failed: ${problem.detail}`),
      };
    }
    this.flow?.push(null);
    return undefined;
  }

  /** What has arrived, as an answer; its body has a `rest` when it has not all arrived. The taker releases the body. */
  toSuccess(withRest: boolean): ScrapeSuccess {
    const { status, contentType, headers = [] } = this.header;
    return { kind: 'success', status, contentType, headers, body: this.take(withRest) };
  }

  private take(withRest: boolean): ScrapeBody {
    const { assembly } = this;
    const { byteCount } = assembly;
    const pieces = assembly.takePieces();
    const held = this.heldBytes;
    this.heldBytes = 0;
    const giveBack = this.limits.memory.releaser(held, pieces);
    if (withRest) {
      this.flow = new Readable({
        read: () => this.wake(),
        destroy: (error, done) => this.onFlowClosed(error, done),
      });
      this.flow.on('error', () => undefined);
    }
    return {
      encoding: this.header.isZipped && byteCount > 0 ? 'gzip' : 'identity',
      pieces,
      byteCount,
      get arrivedBytes() {
        return assembly.byteCount;
      },
      rest: this.flow,
      release: (isUsedUp) => {
        giveBack(isUsedUp);
        this.flow?.destroy();
      },
    };
  }

  /** Whether a body flows whose reader has enough for now. */
  get isReaderFull(): boolean {
    const { flow } = this;
    return flow !== undefined && !flow.destroyed && flow.readableLength >= flow.readableHighWaterMark;
  }

  /** Resolves when the reader of a flowing body wants more, or is gone. Only while it is full. */
  readerReady(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeReader = resolve;
    });
  }

  /** Let go of everything; the reader of a flowing body gets an error, so that it never takes a part for the whole. */
  drop(because: ScrapeFailure): void {
    this.assembly.takePieces();
    this.limits.memory.release(this.heldBytes);
    this.heldBytes = 0;
    if (this.flow !== undefined && !this.flow.destroyed) {
      this.flow.destroy(new BrokenBodyError(because));
    }
    this.wake();
  }

  private pass(): void {
    if (this.flow === undefined) {
      return;
    }
    for (const piece of this.assembly.takePieces()) {
      this.flow.push(piece);
    }
    this.limits.memory.release(this.heldBytes);
    this.heldBytes = 0;
  }

  private wake(): void {
    this.wakeReader?.();
    this.wakeReader = undefined;
  }

  private onFlowClosed(error: Error | null, done: (error?: Error | null) => void): void {
    this.wake();
    done(error);
  }
}
