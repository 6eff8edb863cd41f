import type { PathEntry } from './path-entry.js';

/** What of a path is shown to those who look for targets; it outlives the sessions it came from. */
export interface ListedPath {
  readonly path: string;
  /** In order of registration; several for a consolidated path. */
  readonly agentNames: readonly string[];
  readonly hostNames: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A consolidated path shows the labels of the agent that registered it first. */
export function toListed({ path, registrations }: Pick<PathEntry, 'path' | 'registrations'>): ListedPath {
  return {
    path,
    agentNames: registrations.map(({ session }) => session.agent.name),
    hostNames: registrations.map(({ session }) => session.agent.hostName),
    labels: registrations[0]?.labels ?? {},
  };
}
