import type { SessionEnd } from './agent-session.js';
import type { StreamSession } from './stream-session.js';

/**
 * Told of every session that came or went and of the paths it asked for, synchronously and after the fact.
 *
 * An observer must not throw and must not block; it may read the session and must not change it.
 */
export interface SessionObserver {
  /** An agent dialled in; it has not said yet who it is. */
  sessionOpened?(session: StreamSession): void;
  /** The agent said who it is. */
  sessionRegistered?(session: StreamSession): void;
  /** The agent has a path, or waits for it; `path` is as the agent spelt it. */
  pathRegistered?(session: StreamSession, path: string): void;
  /** The agent was refused a path; `path` is as the agent spelt it. */
  pathRefused?(session: StreamSession, path: string, reason: string): void;
  /** The session is over: its paths are gone and its scrapes have failed. */
  sessionEnded?(session: StreamSession, end: SessionEnd): void;
}
