import type { AgentSession } from '../agents/agent-session.js';

/** One agent's claim to one path. */
export interface PathRegistration {
  readonly session: AgentSession;
  readonly path: string;
  /** The path as the agent spelt it, and looks it up: it is asked by this name. */
  readonly agentPath: string;
  readonly pathId: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The target's URL as the agent tells it, for display. */
  readonly targetUrl: string;
  /** `STATIC`, `DISCOVERED`, or a later word. */
  readonly source: string;
}

/** A path and who serves it: one plain agent, or any number of consolidated ones in order of registration. */
export interface PathEntry {
  readonly path: string;
  readonly isConsolidated: boolean;
  readonly registrations: readonly PathRegistration[];
  /** Plain agents that wait for the path, first come first. */
  readonly standbys: readonly PathRegistration[];
}

/** What became of a claim. */
export type ClaimOutcome =
  | { readonly kind: 'added' }
  | { readonly kind: 'held'; readonly holder: AgentSession }
  | { readonly kind: 'refused'; readonly reason: string };

export interface PathTableLimits {
  readonly maxPaths: number;
  readonly maxPathsPerAgent: number;
}
