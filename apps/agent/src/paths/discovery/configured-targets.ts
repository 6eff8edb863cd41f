import type { TargetConfig } from '../target-table.js';
import type { OnTargets, TargetSource } from './target-source.js';

/** The targets that the configuration lists. They change when it is read again. */
export class ConfiguredTargets implements TargetSource {
  readonly name = 'configuration';
  readonly origin = 'STATIC';
  #targets: readonly TargetConfig[];
  #onTargets: OnTargets | undefined;

  constructor(targets: readonly TargetConfig[]) {
    this.#targets = targets;
  }

  start(onTargets: OnTargets): Promise<void> {
    this.#onTargets = onTargets;
    onTargets(this.#targets);
    return Promise.resolve();
  }

  /** These are the targets now. */
  replace(targets: readonly TargetConfig[]): void {
    this.#targets = targets;
    this.#onTargets?.(targets);
  }

  stop(): void {
    this.#onTargets = undefined;
  }
}
