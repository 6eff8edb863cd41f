import type { Capability } from '@app/protocol';
import type { ScrapeAnswer, ScrapeAsk } from '../scrape/scrape-answer.js';

/** Who an agent says it is; fixed for the life of its session. */
export interface AgentDescription {
  /** One per agent process, stable over reconnects. */
  readonly launchId: string;
  readonly name: string;
  readonly hostName: string;
  /** Whether this agent's paths may be shared with other consolidated agents. */
  readonly isConsolidated: boolean;
  /** What the agent understands beyond prometheus-proxy 4.x; empty for an older one. */
  readonly capabilities: ReadonlySet<Capability>;
}

/** Why a session ended; a word for logs and metrics, and words for the scrapes that it fails. */
export interface SessionEnd {
  readonly cause: 'disconnected' | 'evicted' | 'displaced' | 'revoked' | 'violation' | 'stopping';
  readonly words: string;
}

/**
 * One live session of an agent: something that can be asked for a scrape.
 *
 * Paths, selection and scrapes know only this. How the question travels (an agent's gRPC stream today)
 * is the business of the session's kind.
 */
export interface AgentSession {
  /** Unguessable, unique, never reused. */
  readonly id: string;
  readonly agent: AgentDescription;
  /** The identity the agent's token stands for, where identities are configured. */
  readonly identity: string | undefined;
  /** Scrapes asked and not yet answered. */
  readonly inFlight: number;
  /** False once it ended or announced that it is leaving: then others are asked first. */
  readonly isAvailable: boolean;
  readonly isEnded: boolean;
  /**
   * Ask for one scrape. Resolves exactly once, never rejects, and not later than `ask.deadlineAt`.
   */
  ask(ask: ScrapeAsk): Promise<ScrapeAnswer>;
}
