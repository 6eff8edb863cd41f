import {
  type DeepPartial,
  deepFreeze,
  defaultValues,
  logRows,
  operationsRows,
  type OptionValues,
} from '@app/config';
import { identityRows, proxyLinkRows } from './connection-rows.js';
import { type ProxyEndpoint, resolveEndpoints } from './proxy-endpoints.js';
import { limitRows, scrapeRows } from './scrape-rows.js';

export { PathConfig } from './path-config.js';
export { formatEndpoint, type ProxyEndpoint, resolveEndpoints } from './proxy-endpoints.js';

const groups = {
  identity: identityRows,
  link: proxyLinkRows,
  scrape: scrapeRows,
  logging: logRows('AGENT_LOG_LEVEL', 'AGENT_LOG_FORMAT'),
  operations: operationsRows({ admin: 8093, metrics: 8083 }),
  limits: limitRows,
};

/** Every option of the agent: one row each, by its key without `agent.`. */
export const agentRows = {
  ...groups.identity,
  ...groups.link,
  ...groups.scrape,
  ...groups.logging,
  ...groups.operations,
  ...groups.limits,
};

/** What the rows alone do not say. */
interface DerivedAgentOptions {
  /** The proxies to try, in order of preference; never empty. Read this, not `proxy`. */
  readonly endpoints: readonly ProxyEndpoint[];
  /** Whether somebody set `scrapeTimeoutSecs`, rather than leaving it at its default. */
  readonly isScrapeTimeoutExplicit: boolean;
}

/** The agent's options: nested by key, checked, frozen. */
export type AgentOptions = OptionValues<typeof agentRows> & DerivedAgentOptions;

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
