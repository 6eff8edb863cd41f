/**
 * Of the agents that share a path, asks the one whose name comes first while it can answer, and the next when it cannot:
 * `edge-1` before `edge-2`, a primary and its stand-in.
 */
import { AGENT_SELECTOR } from 'prometheus-proxy-node/proxy';

/** @type {import('prometheus-proxy-node/proxy').AgentSelector} */
const primaryFirst = {
  select({ registrations }, tried) {
    const left = registrations
      .map(({ session }) => session)
      .filter((session) => !session.isEnded && !tried.has(session))
      .sort((one, other) => one.agent.name.localeCompare(other.agent.name));
    return left.find((session) => session.isAvailable) ?? left[0];
  },
};

class PrimaryAgentModule {}

export default {
  module: PrimaryAgentModule,
  providers: [{ provide: AGENT_SELECTOR, useValue: primaryFirst }],
};
