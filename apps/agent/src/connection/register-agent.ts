import { CAPABILITIES, type Capability, parseCapabilities } from '@app/protocol';
import type { AgentIdentity } from '../agent-identity.js';
import { peerWords } from '../peer-words.js';
import type { ProxyClient } from './proxy-port.js';

/** What an agent says about itself. */
export interface Introduction {
  identity: AgentIdentity;
  isConsolidated: boolean;
  /** The proxies it may dial, in order of preference, as `host:port`. */
  proxies: readonly string[];
  /** Which of them it has dialled. */
  proxyIndex: number;
}

/** Introduce the agent: what the proxy can do, or in words why it was turned away. */
export async function registerAgent(
  client: ProxyClient,
  agentId: string,
  introduction: Introduction,
): Promise<ReadonlySet<Capability> | string> {
  const { identity, isConsolidated, proxies, proxyIndex } = introduction;
  const registered = await client.registerAgent({
    agentId,
    launchId: identity.launchId,
    agentName: identity.agentName,
    hostName: identity.hostName,
    consolidated: isConsolidated,
    proxyEndpoints: [...proxies],
    currentEndpointIndex: proxyIndex,
    capabilities: [...CAPABILITIES],
  });
  if (!registered.ok) {
    return registered.problem.words;
  }
  return registered.value.valid
    ? parseCapabilities(registered.value.capabilities)
    : peerWords(registered.value.reason);
}
