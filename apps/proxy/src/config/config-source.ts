import type { ConfigOutcome } from '@app/config';
import type { ProxyOptions } from './proxy-options.js';

/** Where the options came from, so that they can be read again while the proxy runs. */
export interface ConfigSource {
  /** The files to watch; empty when there are none. */
  readonly files: readonly string[];
  load(): Promise<ConfigOutcome<ProxyOptions>>;
}
