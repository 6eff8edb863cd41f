import {
  type ConfigOutcome,
  type DeepPartial,
  deepFreeze,
  defaultValues,
  loadConfig,
  type Program,
} from '@app/config';
import { completeAgentOptions } from './agent-relations.js';
import { agentGroups, type AgentOptions, agentRows } from './agent-rows.js';
import { ignoredOptions } from './ignored-options.js';
import { resolveEndpoints } from './proxy-endpoints.js';

export { type AgentOptions, agentRows } from './agent-rows.js';
export { PathConfig } from './path-config.js';
export { formatEndpoint, type ProxyEndpoint, resolveEndpoints } from './proxy-endpoints.js';

/** All that is known about the configuration of the agent. */
export const agentProgram: Program<typeof agentRows, AgentOptions> = {
  name: 'prometheus-agent',
  prefix: 'agent',
  summary: 'Connects out through a firewall to a proxy, and fetches the targets that are scraped there.',
  configEnv: 'AGENT_CONFIG',
  groups: agentGroups,
  rows: agentRows,
  ignored: ignoredOptions,
  needsSettings: true,
  complete: completeAgentOptions,
};

/**
 * The agent's options from its arguments, its environment and the configuration these name, if any.
 *
 * @param version - what `--version` prints
 */
export function loadAgentConfig(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  version = 'of unknown version',
): Promise<ConfigOutcome<AgentOptions>> {
  return loadConfig(agentProgram, args, env, version);
}

/**
 * The defaults with `overrides` laid over them, unchecked: for embedding and tests. `endpoints` follows from
 * `proxy` unless it is given itself.
 *
 * @throws {RangeError} when the overrides of `proxy` name no usable endpoint
 */
export function defaultAgentOptions(overrides?: DeepPartial<AgentOptions>): AgentOptions {
  const values = defaultValues(agentRows, overrides);
  const resolved = resolveEndpoints(values.proxy);
  if (resolved.kind === 'invalid') {
    throw new RangeError(resolved.problems.join('; '));
  }
  return deepFreeze({
    ...values,
    endpoints: overrides?.endpoints ?? resolved.endpoints,
    isScrapeTimeoutExplicit: overrides?.isScrapeTimeoutExplicit ?? overrides?.scrapeTimeoutSecs !== undefined,
  });
}
