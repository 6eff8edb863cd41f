import { randomInt } from 'node:crypto';
import { hostname } from 'node:os';

/** Who this agent is, for as long as it runs. */
export interface AgentIdentity {
  /** One per agent instance, the same over reconnects: 15 letters and digits. */
  readonly launchId: string;
  readonly agentName: string;
  /** The agent's own host, never the proxy's. */
  readonly hostName: string;
}

/** Injection token of the {@link AgentIdentity}. */
export const AGENT_IDENTITY = Symbol('AGENT_IDENTITY');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LAUNCH_ID_LENGTH = 15;

/** @param configuredName - blank means that the agent is named after its host */
export function createAgentIdentity(configuredName: string): AgentIdentity {
  const hostName = hostname() === '' ? 'Unknown' : hostname();
  const agentName = configuredName.trim() === '' ? `Unnamed-${hostName}` : configuredName;
  return { launchId: randomLaunchId(), agentName, hostName };
}

function randomLaunchId(): string {
  return Array.from({ length: LAUNCH_ID_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
