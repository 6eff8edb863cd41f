import { type ConfigSource, type DeepPartial, settingsFromCode } from '@app/config';
import { type ModuleImport, type NamedModule, nameModules } from '@app/extensions';
import type { Logger } from '@app/operations';
import { type ProxyOptions, proxyProgram } from '../config/proxy-options.js';

/** Every setting of docs/settings.md, nested by its key without `proxy.`; what is left out has its default. */
export type ProxySettings = Omit<DeepPartial<ProxyOptions>, 'modules'>;

/** What an embedded proxy is made of. */
export interface ProxyModuleOptions {
  readonly settings?: ProxySettings;
  /** Options that were read already, as `loadProxyConfig` answers them, in place of `settings`. */
  readonly options?: ProxyOptions;
  /** Where these came from, to be watched for changed identities. */
  readonly source?: ConfigSource<ProxyOptions>;
  /** Modules with an authenticator, a selector or observers of your own, each living inside this proxy. */
  readonly modules?: readonly (ModuleImport | NamedModule)[];
  /** Where the proxy logs; the host's Nest logger where none is given. */
  readonly logger?: Logger;
}

/** What a proxy needs to be started. */
export interface ReadyProxy {
  readonly options: ProxyOptions;
  readonly notices: readonly string[];
  readonly modules: readonly NamedModule[];
}

/**
 * Check what was given in code, as a file is checked.
 *
 * @throws {SettingsError} when any setting is wrong
 */
export function readProxySetup({ settings, options, modules }: ProxyModuleOptions): ReadyProxy {
  const named = nameModules(modules ?? []);
  if (options !== undefined) {
    return { options, notices: [], modules: named };
  }
  const read = settingsFromCode(proxyProgram, settings ?? {}, 'ProxyModule');
  return { options: read.options, notices: read.notices, modules: named };
}
