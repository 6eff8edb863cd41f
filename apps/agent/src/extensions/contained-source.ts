import { asError, type Extension, type ExtensionFaults } from '@app/extensions';
import type { OnTargets, TargetSource } from '../paths/discovery/target-source.js';
import type { TargetConfig, TargetOrigin } from '../paths/target-table.js';

const SEAM = 'TargetSource';

/** Whether a value can be a source at all. */
export const isTargetSource = (value: TargetSource): boolean =>
  typeof value.start === 'function' && typeof value.stop === 'function';

/**
 * A source of somebody's module: what it throws, and what it tells that is no list of targets, is counted and logged
 * as that module's, and its last good list stands.
 */
export class ContainedSource implements TargetSource {
  readonly name: string;
  readonly origin: TargetOrigin;
  readonly #extension: Extension<TargetSource>;
  readonly #faults: ExtensionFaults;
  #isStopped = false;

  constructor(extension: Extension<TargetSource>, faults: ExtensionFaults) {
    const { module, value } = extension;
    this.#extension = extension;
    this.#faults = faults;
    this.name = typeof value.name === 'string' && value.name !== '' ? value.name : module;
    this.origin = value.origin === 'STATIC' ? 'STATIC' : 'DISCOVERED';
  }

  async start(onTargets: OnTargets): Promise<void> {
    try {
      await this.#extension.value.start((targets) => this.#tell(targets, onTargets));
    } catch (error) {
      this.#faults.record(SEAM, this.#extension.module, error);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#faults.guard(SEAM, this.#extension.module, () => this.#extension.value.stop(), undefined);
  }

  #tell(targets: readonly TargetConfig[], onTargets: OnTargets): void {
    if (this.#isStopped) {
      return;
    }
    try {
      onTargets(checkTargets(targets));
    } catch (error) {
      this.#faults.record(SEAM, this.#extension.module, asError(error));
    }
  }
}

/** Targets in the form that the rest of the agent relies on. @throws {TypeError} when they cannot be brought into it */
function checkTargets(targets: unknown): TargetConfig[] {
  if (!Array.isArray(targets)) {
    throw new TypeError('what a source tells must be a list of targets');
  }
  return targets.map((target: Partial<TargetConfig> | null, index) => {
    const { path, url, name, labels, authorization, inProcess } = target ?? {};
    if (typeof path !== 'string' || path.replace(/^\//, '') === '') {
      throw new TypeError(`target ${index}: path must be a text that is not empty`);
    }
    if (typeof url !== 'string') {
      throw new TypeError(`target ${index}, path ${path}: url must be a text`);
    }
    const text = typeof labels === 'string' ? labels : JSON.stringify(labels ?? {});
    return { path, url, name: name ?? path, labels: text, authorization, inProcess };
  });
}
