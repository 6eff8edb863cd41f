import { type Capability, parseCapabilities } from '@app/protocol';
import type { AgentIdentity } from '../agent-identity.js';
import type { ProxyClient } from './proxy-port.js';

/** What an agent says about itself. */
export interface Introduction {
  identity: AgentIdentity;
  isConsolidated: boolean;
  /** What it can beyond prometheus-proxy 4.x. */
  capabilities: readonly Capability[];
  /** The proxies it may dial, in order of preference, as `host:port`. */
  proxies: readonly string[];
  /** Which of them it has dialled. */
  proxyIndex: number;
}

/** What a proxy says about itself. */
export interface ProxyIntroduction {
  capabilities: ReadonlySet<Capability>;
  /** For people; empty when it did not say. */
  version: string;
}

/** Introduce the agent: what the proxy says of itself, or in words why the agent was turned away. */
export async function registerAgent(
  client: ProxyClient,
  agentId: string,
  introduction: Introduction,
): Promise<ProxyIntroduction | string> {
  const { identity, isConsolidated, proxies, proxyIndex } = introduction;
  const registered = await client.registerAgent({
    agentId,
    launchId: identity.launchId,
    agentName: identity.agentName,
    hostName: identity.hostName,
    consolidated: isConsolidated,
    proxyEndpoints: [...proxies],
    currentEndpointIndex: proxyIndex,
    capabilities: [...introduction.capabilities],
  });
  if (!registered.ok) {
    return registered.problem.words;
  }
  const { valid, reason, capabilities, version } = registered.value;
  return valid ? { capabilities: parseCapabilities(capabilities), version } : reason;
}
