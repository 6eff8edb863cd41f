import type { TargetConfig, TargetOrigin } from '../target-table.js';

/** All targets a source has. */
export type OnTargets = (targets: readonly TargetConfig[]) => void;

/**
 * Where targets of an agent come from: its configuration, a file, something else that knows them. An agent has
 * several; where two of them have the same path, the one that is named first counts.
 */
export interface TargetSource {
  /** How logs call it. */
  readonly name: string;
  /** What the proxy is told of where its targets come from. */
  readonly origin: TargetOrigin;

  /**
   * Begin. `onTargets` is told the whole list when it is first known and each time it has changed; an empty list
   * means that there are no targets (any more). While the source cannot tell, it says nothing, and the last list
   * stands.
   *
   * @returns settles when the first list was told or could not be had; never rejects
   */
  start(onTargets: OnTargets): Promise<void>;

  /** Tell nothing more, and let go of timers and files. May be called twice, and before `start` has settled. */
  stop(): void;
}

/** Token of the sources of an agent, the strongest first. */
export const TARGET_SOURCES = Symbol('TARGET_SOURCES');
