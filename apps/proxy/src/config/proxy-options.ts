import { type ConfigOutcome, type DeepPartial, defaultValues, loadConfig, type Program } from '@app/config';
import { ignoredOptions } from './ignored-options.js';
import { completeProxyOptions } from './proxy-relations.js';
import { proxyGroups, type ProxyOptions, proxyRows } from './proxy-rows.js';

export { AuthEntry, LEGACY_IDENTITY } from './auth-entry.js';
export { type ProxyOptions, proxyRows } from './proxy-rows.js';

/** All that is known about the configuration of the proxy. */
export const proxyProgram: Program<typeof proxyRows, ProxyOptions> = {
  name: 'prometheus-proxy',
  prefix: 'proxy',
  summary: 'Serves scrapes of targets that agents behind a firewall connect from.',
  configEnv: 'PROXY_CONFIG',
  groups: proxyGroups,
  rows: proxyRows,
  ignored: ignoredOptions,
  complete: completeProxyOptions,
};

/**
 * The proxy's options from its arguments, its environment and the configuration these name.
 *
 * @param version - what `--version` prints
 */
export function loadProxyConfig(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  version = 'of unknown version',
): Promise<ConfigOutcome<ProxyOptions>> {
  return loadConfig(proxyProgram, args, env, version);
}

/** The defaults with `overrides` laid over them, unchecked: for embedding and tests. */
export function defaultProxyOptions(overrides?: DeepPartial<ProxyOptions>): ProxyOptions {
  return defaultValues(proxyRows, overrides);
}
