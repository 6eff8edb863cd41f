import type { OnTargets, TargetSource } from '../paths/discovery/target-source.js';
import { IN_PROCESS } from '../paths/in-process-target.js';
import { parseTargetAddress } from '../paths/target-address.js';
import { pathOf, type TargetConfig } from '../paths/target-table.js';
import type { AgentTarget } from './agent-setup.js';

/** The targets that the host's code registers; they may change at any time, also before the agent runs. */
export class CodeTargets implements TargetSource {
  readonly name = 'code';
  readonly origin = 'STATIC';
  readonly #targets = new Map<string, TargetConfig>();
  #onTargets: OnTargets | undefined;

  get paths(): string[] {
    return [...this.#targets.keys()];
  }

  /** @throws {TypeError} when the target cannot be scraped as it is given */
  set(target: AgentTarget): void {
    const config = toConfig(target);
    this.#targets.set(pathOf(config), config);
    this.#tell();
  }

  /** Whether there was a target under this path. */
  remove(path: string): boolean {
    const had = this.#targets.delete(path.replace(/^\//, ''));
    if (had) {
      this.#tell();
    }
    return had;
  }

  start(onTargets: OnTargets): Promise<void> {
    this.#onTargets = onTargets;
    this.#tell();
    return Promise.resolve();
  }

  stop(): void {
    this.#onTargets = undefined;
  }

  #tell(): void {
    this.#onTargets?.([...this.#targets.values()]);
  }
}

function toConfig({ path, url, registry, name, labels }: AgentTarget): TargetConfig {
  const problem = problemOf(path, url, registry);
  if (problem !== undefined) {
    throw new TypeError(`target ${JSON.stringify(path)}: ${problem}`);
  }
  const shown = { path, name: name ?? path, labels: JSON.stringify(labels ?? {}) };
  return url === undefined ? { ...shown, url: IN_PROCESS, inProcess: registry } : { ...shown, url };
}

function problemOf(
  path: string,
  url: AgentTarget['url'],
  registry: AgentTarget['registry'],
): string | undefined {
  if (path.replace(/^\//, '') === '') {
    return 'path must not be empty';
  }
  if ((url === undefined) === (registry === undefined)) {
    return 'one of url and registry must be given';
  }
  const address = url === undefined ? undefined : parseTargetAddress(url);
  return address?.kind === 'invalid' ? address.reason : undefined;
}
