import type { ConfigOutcome } from './config-outcome.js';

/** Where options came from, so that they can be read again while the program runs. */
export interface ConfigSource<O> {
  /** The files to watch; empty when there are none. */
  readonly files: readonly string[];
  /** What was said of them when they were read first. */
  readonly notices: readonly string[];
  load(): Promise<ConfigOutcome<O>>;
}
