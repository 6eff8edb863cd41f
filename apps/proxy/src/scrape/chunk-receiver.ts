import type {
  ChunkDataMessage,
  ChunkedScrapeResponseMessage,
  HeaderDataMessage,
  SummaryDataMessage,
} from '@app/protocol';
import type { Bound, BoundedWords } from '@app/operations';
import type { StreamSession } from '../agents/stream-session.js';
import { agentFailure } from './agent-failure.js';
import type { BodyMemory } from './body-memory.js';
import { BodyTransfer, type TransferProblem } from './body-transfer.js';
import { CallOwner } from './call-owner.js';
import type { PendingScrape } from './pending-scrape.js';
import type { PendingScrapes } from './pending-scrapes.js';
import type { ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** What a receiver needs of its call and of the proxy. */
export interface ChunkReceiverContext {
  readonly pendingScrapes: PendingScrapes;
  readonly memory: BodyMemory;
  /** Bytes on the link that one body may have. */
  readonly maxBodyBytes: number;
  /** How much of an agent's words is kept. */
  readonly reasons: BoundedWords;
  /** Whether the call carries one large body alone, and so may be paused. */
  readonly isOwnCall: boolean;
  /** Of the bodies on calls of their own that one agent may send at once. */
  readonly largeBodyBound: Bound;
  /** The session of the call's connection, if it is bound to one: chunks may come without a header on this call. */
  readonly boundSession: StreamSession | undefined;
  /** The session whose id a header carries, if the call may use it. */
  readonly sessionOf: (agentId: string) => StreamSession | undefined;
  readonly onProblem: (problem: 'unknown_scrape' | 'chunk' | 'summary' | 'abandoned') => void;
}

/**
 * The bodies that arrive on one `writeChunkedResponsesToProxy` call.
 *
 * Chunks of different scrapes may interleave. What is wrong with one body fails its own scrape only.
 */
export class ChunkReceiver {
  private readonly owner: CallOwner;
  private readonly unfinished = new Set<PendingScrape>();

  constructor(private readonly context: ChunkReceiverContext) {
    this.owner = new CallOwner(context.isOwnCall ? context.largeBodyBound : undefined);
    if (context.boundSession !== undefined && !context.isOwnCall) {
      this.owner.claim(context.boundSession);
    }
  }

  /** Take one message; a promise asks to wait until the scraper of a flowing body wants more. */
  receive(message: ChunkedScrapeResponseMessage): void | Promise<void> {
    this.owner.session?.heard();
    switch (message.chunkOneOf) {
      case 'header':
        this.onHeader(message.header as HeaderDataMessage);
        return;
      case 'chunk':
        return this.onChunk(message.chunk as ChunkDataMessage);
      case 'summary':
        this.onSummary(message.summary as SummaryDataMessage);
        return;
      case undefined:
        this.context.onProblem('unknown_scrape');
    }
  }

  /** The call has ended: whatever is unfinished never will be. */
  close(): void {
    for (const pending of this.unfinished) {
      if (!pending.isEnded) {
        const words = `agent ${pending.session.agent.name} broke off the body`;
        pending.settle(failure('target_unreachable', words));
        this.context.onProblem('abandoned');
      }
    }
    this.unfinished.clear();
    this.owner.release();
  }

  private onHeader(header: HeaderDataMessage): void {
    const session = this.context.sessionOf(header.headerAgentId);
    const pending = session && this.context.pendingScrapes.find(header.headerScrapeId, session);
    if (session === undefined || pending === undefined) {
      this.context.onProblem('unknown_scrape');
      return;
    }
    if (!this.owner.claim(session)) {
      pending.refuse(
        failure('overloaded', `agent ${session.agent.name} sends as many large bodies as it may`),
      );
      return;
    }
    const status = header.headerStatusCode;
    if (status < 200 || status > 299) {
      const answer = { statusCode: status, reason: header.headerFailureReason, code: '' };
      pending.settle(agentFailure(answer, session.agent.name, this.context.reasons));
      return;
    }
    this.begin(pending, header);
  }

  private begin(pending: PendingScrape, header: HeaderDataMessage): void {
    const { maxBodyBytes, memory, isOwnCall } = this.context;
    pending.transfer?.drop(failure('invalid_payload', 'the agent began the body anew'));
    pending.transfer = new BodyTransfer(
      {
        status: header.headerStatusCode,
        contentType: header.headerContentType,
        headers: header.headerHeaders,
        isZipped: header.headerZipped,
        agentTimes: { waitedMicros: header.headerWaitedMicros, targetMicros: header.headerTargetMicros },
      },
      { maxBytes: maxBodyBytes, mayFlow: isOwnCall, memory },
    );
    this.forgetEnded();
    this.unfinished.add(pending);
  }

  /** A scrape may end while its body arrives: by its deadline, or because the scraper hung up. */
  private forgetEnded(): void {
    for (const pending of this.unfinished) {
      if (pending.isEnded) {
        this.unfinished.delete(pending);
      }
    }
  }

  private onChunk(chunk: ChunkDataMessage): void | Promise<void> {
    const pending = this.findTransfer(chunk.chunkScrapeId);
    const transfer = pending?.transfer;
    if (pending === undefined || transfer === undefined) {
      return;
    }
    const problem = transfer.add({
      count: chunk.chunkCount,
      byteCount: chunk.chunkByteCount,
      checksum: chunk.chunkChecksum,
      bytes: chunk.chunkBytes,
    });
    if (problem !== undefined) {
      this.fail(pending, problem);
      return;
    }
    if (transfer.wantsToFlow) {
      this.flow(pending, transfer);
    }
    return transfer.isReaderFull ? transfer.readerReady() : undefined;
  }

  private onSummary(summary: SummaryDataMessage): void {
    const pending = this.findTransfer(summary.summaryScrapeId);
    const transfer = pending?.transfer;
    if (pending === undefined || transfer === undefined) {
      return;
    }
    const problem = transfer.finish({
      chunkCount: summary.summaryChunkCount,
      byteCount: summary.summaryByteCount,
      checksum: summary.summaryChecksum,
    });
    if (problem !== undefined) {
      this.fail(pending, problem);
      return;
    }
    this.unfinished.delete(pending);
    if (transfer.isFlowing) {
      pending.finishFlow();
      return;
    }
    pending.transfer = undefined;
    const success = this.successOf(pending, transfer, false);
    if (!pending.settle(success)) {
      success.body.release();
    }
  }

  private flow(pending: PendingScrape, transfer: BodyTransfer): void {
    const success = this.successOf(pending, transfer, true);
    if (!pending.settleFlowing(success)) {
      success.body.release();
    }
  }

  private successOf(pending: PendingScrape, transfer: BodyTransfer, withRest: boolean): ScrapeSuccess {
    return { ...transfer.toSuccess(withRest), times: pending.stageTimes(transfer.header.agentTimes) };
  }

  private findTransfer(scrapeId: number): PendingScrape | undefined {
    const { session } = this.owner;
    const pending = session && this.context.pendingScrapes.find(scrapeId, session);
    if (pending?.transfer === undefined) {
      this.context.onProblem('unknown_scrape');
      return undefined;
    }
    return pending;
  }

  private fail(pending: PendingScrape, problem: TransferProblem): void {
    this.unfinished.delete(pending);
    if (problem.stage !== 'bound') {
      this.context.onProblem(problem.stage);
    }
    pending.refuse(problem.failure);
  }
}
