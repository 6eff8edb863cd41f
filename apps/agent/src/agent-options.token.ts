/** Injection token of the agent's options. */
export const AGENT_OPTIONS = Symbol('AGENT_OPTIONS');
