import { objectList, type ObjectsOutcome, readObjects } from '@app/config';
import { type Logger, WatchedFiles } from '@app/operations';
import { DiscoveredPath } from '../../config/path-config.js';
import type { TargetConfig } from '../target-table.js';
import type { OnTargets, TargetSource } from './target-source.js';

export interface FileTargetsOptions {
  /** Relative to the working directory. */
  path: string;
  /** Time between two looks at the file, in milliseconds; watching it only makes it sooner. */
  intervalMs: number;
  /** Where substitutions in the file look. */
  env: Readonly<Record<string, string | undefined>>;
}

const KEY = 'paths';
const ROW = objectList(DiscoveredPath, { jsonTextFields: ['labels'], doc: 'The targets of the file.' });

/**
 * The targets of a file, read anew whenever its content has changed. A file that is missing or wrong in any part
 * leaves what was last read as it is, with one warning for each content it has.
 */
export class FileTargets implements TargetSource {
  readonly name: string;
  readonly origin = 'DISCOVERED';
  readonly #options: FileTargetsOptions;
  readonly #log: Logger;
  #watched: WatchedFiles | undefined;
  #watchedPaths: readonly string[] = [];
  #onTargets: OnTargets | undefined;

  constructor(options: FileTargetsOptions, log: Logger) {
    this.name = options.path;
    this.#options = options;
    this.#log = log;
  }

  async start(onTargets: OnTargets): Promise<void> {
    this.#onTargets = onTargets;
    await this.#watch([this.#options.path]);
    await this.#read();
  }

  stop(): void {
    this.#onTargets = undefined;
    this.#watched?.stop();
  }

  async #read(): Promise<void> {
    const { path, env } = this.#options;
    const outcome = await readObjects({ path, key: KEY, row: ROW, env });
    if (this.#onTargets === undefined) {
      return;
    }
    if (outcome.files.some((file) => !this.#watchedPaths.includes(file))) {
      // What is included now may have changed between the reading and the watching.
      await this.#watch(outcome.files);
      await this.#read();
    } else {
      this.#tell(outcome);
    }
  }

  #tell(outcome: ObjectsOutcome<DiscoveredPath>): void {
    const file = this.#options.path;
    if (outcome.kind === 'invalid') {
      this.#log.warn({ file, problems: outcome.problems }, 'targets not read, those there were stay');
      return;
    }
    for (const notice of outcome.notices) {
      this.#log.warn({ file, notice }, 'targets read');
    }
    this.#log.info({ file, targets: outcome.elements.length }, 'targets read');
    this.#onTargets?.(outcome.elements.map(toTargetConfig));
  }

  /** Files that were looked for once stay watched: what is included may come back. */
  async #watch(paths: readonly string[]): Promise<void> {
    this.#watched?.stop();
    this.#watchedPaths = [...new Set([...this.#watchedPaths, ...paths])];
    const watched = new WatchedFiles(this.#watchedPaths, this.#options.intervalMs, () => this.#read());
    this.#watched = watched;
    await watched.start();
    if (this.#onTargets === undefined) {
      watched.stop();
    }
  }
}

function toTargetConfig({ name, path, url, labels }: DiscoveredPath): TargetConfig {
  return { name: name ?? path, path, url, labels };
}
