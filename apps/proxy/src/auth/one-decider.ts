import { ListenError } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';

/** The modules that decide, by name, where one does. */
export interface Deciders {
  /** Which agents may connect. */
  readonly agents: string | undefined;
  /** Who may scrape what. */
  readonly scrapers: string | undefined;
}

/**
 * What a module decides, the configuration does not decide as well: neither could be relied on then.
 *
 * @throws {ListenError} that names the module and the options
 */
export function requireOneDecider(
  { auth, agentToken, agentTokenFile, http }: ProxyOptions,
  { agents, scrapers }: Deciders,
): void {
  if (agents !== undefined && (auth.length > 0 || agentToken !== '' || agentTokenFile !== '')) {
    throw new ListenError(
      `module ${agents} decides which agents may connect, and so do proxy.auth and proxy.agentToken: leave one out`,
    );
  }
  if (scrapers !== undefined && http.auth.length > 0) {
    throw new ListenError(
      `module ${scrapers} decides who may scrape, and so does proxy.http.auth: leave one out`,
    );
  }
}
