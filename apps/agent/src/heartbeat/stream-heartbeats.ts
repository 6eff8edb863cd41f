import type { Deadline, Deadlines } from '@app/deadlines';
import type { HeartBeatResponseMessage } from '@app/protocol';
import { status } from '@grpc/grpc-js';
import type { CallOutcome } from '../connection/proxy-port.js';
import { HEARTBEAT_DEADLINE_MS } from './heartbeat.js';

type Outcome = CallOutcome<HeartBeatResponseMessage>;

const ALIVE: Outcome = { ok: true, value: { valid: true, reason: '' } };
const LATE = failed(status.DEADLINE_EXCEEDED, `no answer within ${HEARTBEAT_DEADLINE_MS / 1_000} s`);
const ENDED = failed(status.UNAVAILABLE, 'the stream of answers has ended');

/**
 * Heartbeats as messages on the streams that a session has open anyway, to a proxy with the capability
 * `stream-heartbeats`. One answer is like another: that to an earlier heartbeat, which was given up, shows as well that the
 * proxy lives. One that nobody waits for means nothing.
 */
export class StreamHeartbeats {
  readonly #write: () => Promise<boolean>;
  readonly #deadlines: Deadlines;
  #settle: (outcome: Outcome) => void = () => undefined;

  /** @param write - hands the message over; false when the stream has ended */
  constructor(write: () => Promise<boolean>, deadlines: Deadlines) {
    this.#write = write;
    this.#deadlines = deadlines;
  }

  /** Send one, and wait {@link HEARTBEAT_DEADLINE_MS} for an answer. Not to be called while one is waited for. */
  send(): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const deadline: Deadline = this.#deadlines.set(performance.now() + HEARTBEAT_DEADLINE_MS, () =>
      resolve(LATE),
    );
    this.#settle = (outcome) => {
      deadline.cancel();
      resolve(outcome);
    };
    void this.#write().then((isTaken) => isTaken || this.stop());
    return promise;
  }

  /** An answer has come. */
  answered(): void {
    this.#settle(ALIVE);
  }

  /** None will come any more. */
  stop(): void {
    this.#settle(ENDED);
  }
}

function failed(code: status, words: string): Outcome {
  return { ok: false, problem: { code, words } };
}
