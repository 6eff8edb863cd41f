import type { TargetConfig } from '../target-table.js';
import type { OnTargets, TargetSource } from './target-source.js';

/** The targets that the configuration lists. They never change. */
export class ConfiguredTargets implements TargetSource {
  readonly name = 'configuration';
  readonly origin = 'STATIC';
  readonly #targets: readonly TargetConfig[];

  constructor(targets: readonly TargetConfig[]) {
    this.#targets = targets;
  }

  start(onTargets: OnTargets): Promise<void> {
    onTargets(this.#targets);
    return Promise.resolve();
  }

  /** There is nothing to let go of. */
  stop(): void {}
}
