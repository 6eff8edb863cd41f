import { type DeepPartial, defaultValues, logRows, operationsRows, type OptionValues } from '@app/config';
import { discoveryRows } from './discovery-rows.js';
import { internalRows, limitRows } from './internal-rows.js';
import { agentPortRows, scrapePortRows } from './link-rows.js';

export { AuthEntry } from './auth-entry.js';

const groups = {
  scrape: scrapePortRows,
  agents: agentPortRows,
  logging: logRows('PROXY_LOG_LEVEL', 'PROXY_LOG_FORMAT'),
  operations: operationsRows({ admin: 8092, metrics: 8082 }),
  discovery: discoveryRows,
  internal: internalRows,
  limits: limitRows,
};

/** Every option of the proxy: one row each, by its key without `proxy.`. */
export const proxyRows = {
  ...groups.scrape,
  ...groups.agents,
  ...groups.logging,
  ...groups.operations,
  ...groups.discovery,
  ...groups.internal,
  ...groups.limits,
};

/** The proxy's options: nested by key, checked, frozen. */
export type ProxyOptions = OptionValues<typeof proxyRows>;

/** The defaults with `overrides` laid over them, unchecked: for embedding and tests. */
export function defaultProxyOptions(overrides?: DeepPartial<ProxyOptions>): ProxyOptions {
  return defaultValues(proxyRows, overrides);
}
