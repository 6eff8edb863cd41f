import type { Deadline, Deadlines, Link } from '@app/deadlines';
import type { AgentSession } from '../agents/agent-session.js';
import type { BodyTransfer } from './body-transfer.js';
import type { ScrapeAnswer, ScrapeAsk, ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';
import { type AgentTimes, type StageTimes, toStageTimes } from './stage-times.js';

/** How a pending scrape ended. */
export type PendingEnd = 'settled' | 'refused' | 'deadline' | 'abandoned';

/**
 * One scrape that somebody waits for. Its answer settles exactly once; the first to settle wins.
 *
 * It owns its deadline, its listener on the scraper's hanging up and the transfer that brings its body, and lets go of
 * all three when it ends. A large body that flows keeps it pending until the last byte.
 */
export class PendingScrape {
  readonly answer: Promise<ScrapeAnswer>;
  /** The chunked body that is arriving, if one is. */
  transfer: BodyTransfer | undefined;
  /** Where it stands among those that wait for the agent's stream. */
  place: Link<PendingScrape> | undefined;

  private resolve!: (answer: ScrapeAnswer) => void;
  private readonly deadline: Deadline;
  private readonly openedAt = performance.now();
  private sentAt: number | undefined;
  private isAnswered = false;
  private isOver = false;

  /**
   * @param onEnd - called once, synchronously, when the scrape has ended
   */
  constructor(
    readonly id: number,
    readonly session: AgentSession,
    readonly ask: ScrapeAsk,
    deadlines: Deadlines,
    private readonly onEnd: (pending: PendingScrape, end: PendingEnd) => void,
  ) {
    this.answer = new Promise((resolve) => {
      this.resolve = resolve;
    });
    const leftMs = ask.deadlineAt - this.openedAt;
    this.deadline = deadlines.set(ask.deadlineAt, () => this.end(this.deadlineFailure(leftMs), 'deadline'));
    ask.cancellation.onCancel(this.onCancel);
    if (ask.cancellation.isCancelled) {
      queueMicrotask(this.onCancel);
    }
  }

  get isEnded(): boolean {
    return this.isOver;
  }

  /** Whether the agent's stream has accepted it. */
  get isSent(): boolean {
    return this.sentAt !== undefined;
  }

  /** The agent's stream has accepted it just now. */
  markSent(): void {
    this.sentAt = performance.now();
  }

  /** Where the time went, if it is answered now; undefined when the agent does not say how much of it was its own. */
  stageTimes(agent: AgentTimes): StageTimes | undefined {
    return this.sentAt === undefined
      ? undefined
      : toStageTimes(this.sentAt - this.openedAt, performance.now() - this.sentAt, agent);
  }

  /**
   * Give the answer, and end. False when there was an answer already, in full or flowing: this one is then the caller's to
   * let go of.
   */
  settle(answer: ScrapeAnswer): boolean {
    return this.end(answer, 'settled');
  }

  /** The proxy itself gives up on what the agent sends; the agent need not go on. */
  refuse(because: ScrapeFailure): boolean {
    return this.end(because, 'refused');
  }

  /** Give the head of a body whose rest still flows; the scrape stays pending until it ends. False as for `settle`. */
  settleFlowing(answer: ScrapeAnswer): boolean {
    if (this.isAnswered) {
      return false;
    }
    this.isAnswered = true;
    this.resolve(answer);
    return true;
  }

  /** The last byte of a flowing body has arrived. */
  finishFlow(): void {
    this.transfer = undefined;
    this.end({ kind: 'abandoned' }, 'settled');
  }

  private end(answer: ScrapeAnswer, end: PendingEnd): boolean {
    if (this.isOver) {
      return false;
    }
    const isFirst = !this.isAnswered;
    this.isAnswered = true;
    this.isOver = true;
    this.deadline.cancel();
    this.ask.cancellation.offCancel(this.onCancel);
    this.transfer?.drop(
      answer.kind === 'failure' ? answer : failure('target_unreachable', 'the scrape ended'),
    );
    this.transfer = undefined;
    this.resolve(answer);
    this.onEnd(this, end);
    return isFirst;
  }

  private readonly onCancel = (): void => {
    this.end({ kind: 'abandoned' }, 'abandoned');
  };

  private deadlineFailure(leftMs: number): ScrapeFailure {
    const secs = (Math.max(0, leftMs) / 1000).toFixed(1);
    return failure('timed_out', `agent ${this.session.agent.name} did not answer within ${secs}s`);
  }
}
