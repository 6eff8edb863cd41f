import type { SessionEnd } from './agent-session.js';
import type { StreamSession } from './stream-session.js';

/**
 * Told of every session that came or went, synchronously and after the fact.
 *
 * An observer must not throw and must not block; it may read the session and must not change it.
 */
export interface SessionObserver {
  /** An agent dialled in; it has not said yet who it is. */
  sessionOpened?(session: StreamSession): void;
  /** The agent said who it is. */
  sessionRegistered?(session: StreamSession): void;
  /** The session is over: its paths are gone and its scrapes have failed. */
  sessionEnded?(session: StreamSession, end: SessionEnd): void;
}
