/** Where the time of one scrape went, in seconds. */
export interface StageTimes {
  /** Waiting for its turn: for the agent's stream in the proxy, and for its target in the agent. */
  readonly queueSecs: number;
  /** On the way to the agent and back, and in its hands before and after the fetch. */
  readonly linkSecs: number;
  /** At the target, as the agent measured it. */
  readonly targetSecs: number;
}

/** What an agent says of its own part, in microseconds. */
export interface AgentTimes {
  readonly waitedMicros: number;
  /** 0: the target was not asked, or the agent does not say. */
  readonly targetMicros: number;
}

const MICROSECONDS = 1e6;

/**
 * The stages of a scrape that was answered just now; undefined when the agent did not say how long it took.
 *
 * @param queuedMs - how long it waited in the proxy
 * @param sentForMs - how long ago it was sent to the agent
 */
export function toStageTimes(
  queuedMs: number,
  sentForMs: number,
  { waitedMicros, targetMicros }: AgentTimes,
): StageTimes | undefined {
  if (targetMicros === 0) {
    return undefined;
  }
  const waitedSecs = waitedMicros / MICROSECONDS;
  const targetSecs = targetMicros / MICROSECONDS;
  // The agent's clock may run at another pace, and an agent may say anything.
  const linkSecs = Math.max(0, sentForMs / 1000 - waitedSecs - targetSecs);
  return { queueSecs: queuedMs / 1000 + waitedSecs, linkSecs, targetSecs };
}
