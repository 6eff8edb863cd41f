/** Injection token of the agent's options. */
export const AGENT_OPTIONS = Symbol('AGENT_OPTIONS');

/** Injection token of where the options came from (`ConfigSource`); absent when they came from code. */
export const CONFIG_SOURCE = Symbol('CONFIG_SOURCE');
