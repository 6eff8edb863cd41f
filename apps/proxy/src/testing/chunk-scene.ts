import type { CancellationToken } from '@app/deadlines';
import { Bound, BoundedWords } from '@app/operations';
import { PendingScrapes } from '../scrape/pending-scrapes.js';
import { BodyMemory } from '../scrape/body-memory.js';
import { ChunkReceiver, type ChunkReceiverContext } from '../scrape/chunk-receiver.js';
import type { ScrapeAnswer } from '../scrape/scrape-answer.js';
import { failure } from '../scrape/scrape-failure.js';
import { StreamSession } from '../agents/stream-session.js';
import { anAsk } from './scrape-asks.js';

const MIB = 1024 * 1024;

/** A session that was asked for scrapes, and receivers for its calls with chunks. */
export class ChunkScene {
  readonly pendings = new PendingScrapes(20);
  readonly memory = new BodyMemory(16 * MIB);
  readonly session: StreamSession;
  readonly problems: string[] = [];
  private nextId = 1;

  constructor() {
    const origin = { connection: undefined, openedOver: '', peer: '', identity: undefined };
    this.session = new StreamSession(origin, this.pendings, new Bound(20), () => performance.now());
  }

  /** Headers of this session's bodies. */
  get from(): { headerAgentId: string } {
    return { headerAgentId: this.session.id };
  }

  receiver(context: Partial<ChunkReceiverContext> = {}): ChunkReceiver {
    return new ChunkReceiver({
      pendingScrapes: this.pendings,
      memory: this.memory,
      maxBodyBytes: 4 * MIB,
      reasons: new BoundedWords(100),
      isOwnCall: false,
      largeBodyBound: new Bound(2),
      boundSession: undefined,
      sessionOf: (agentId) => (agentId === this.session.id ? this.session : undefined),
      onProblem: (problem) => this.problems.push(problem),
      ...context,
    });
  }

  ask(cancellation?: CancellationToken): { id: number; answer: Promise<ScrapeAnswer> } {
    const answer = this.session.ask(anAsk(cancellation === undefined ? {} : { cancellation }));
    return { id: this.nextId++, answer };
  }

  end(): void {
    this.pendings.failAll(failure('proxy_stopping', 'over'));
  }
}
