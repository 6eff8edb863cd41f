import { isDeepStrictEqual } from 'node:util';
import { objectList, type ObjectsOutcome, readObjects } from '@app/config';
import { type Logger, SteadyReading, WatchedFiles } from '@app/operations';
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
 * leaves what was last read as it is, with one warning for each content it has; so does one that holds nothing any more,
 * for that is how the rewriting of a file begins. Without a file there are none.
 */
export class FileTargets implements TargetSource {
  readonly origin = 'DISCOVERED';
  #options: FileTargetsOptions | undefined;
  readonly #log: Logger;
  readonly #steady = new SteadyReading();
  #watched: WatchedFiles | undefined;
  #watchedPaths: readonly string[] = [];
  #onTargets: OnTargets | undefined;

  /** @param options - undefined where there is no file */
  constructor(options: FileTargetsOptions | undefined, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  get name(): string {
    return this.#options?.path ?? '';
  }

  async start(onTargets: OnTargets): Promise<void> {
    this.#onTargets = onTargets;
    await this.#follow();
  }

  /** Follow another file, at another pace, or none; what was read last stands until the other file was read. */
  async use(options: FileTargetsOptions | undefined): Promise<void> {
    if (isDeepStrictEqual(options, this.#options)) {
      return;
    }
    this.#watched?.stop();
    this.#watchedPaths = [];
    this.#options = options;
    if (options === undefined) {
      this.#onTargets?.([]);
    }
    await this.#follow();
  }

  stop(): void {
    this.#onTargets = undefined;
    this.#watched?.stop();
  }

  async #follow(): Promise<void> {
    const options = this.#options;
    if (options !== undefined && this.#onTargets !== undefined) {
      await this.#watch([options.path], options);
      await this.#read(options);
    }
  }

  async #read(options: FileTargetsOptions): Promise<void> {
    const { path, env } = options;
    const files = this.#watchedPaths;
    const read = await this.#steady.read(files, () => readObjects({ path, key: KEY, row: ROW, env }));
    const outcome = 'value' in read ? read.value : emptied(read.blank, files);
    if (!this.#isFollowed(options)) {
      return;
    }
    if (outcome.files.some((file) => !this.#watchedPaths.includes(file))) {
      // What is included now may have changed between the reading and the watching.
      await this.#watch(outcome.files, options);
      await this.#read(options);
    } else {
      this.#tell(path, outcome);
      await this.#steady.learn(this.#watchedPaths);
    }
  }

  #isFollowed(options: FileTargetsOptions): boolean {
    return this.#onTargets !== undefined && this.#options === options;
  }

  #tell(file: string, outcome: ObjectsOutcome<DiscoveredPath>): void {
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
  async #watch(paths: readonly string[], options: FileTargetsOptions): Promise<void> {
    if (!this.#isFollowed(options)) {
      return;
    }
    this.#watched?.stop();
    this.#watchedPaths = [...new Set([...this.#watchedPaths, ...paths])];
    this.#watched = new WatchedFiles(this.#watchedPaths, options.intervalMs, () => this.#read(options));
    await this.#watched.start();
  }
}

function emptied(blank: readonly string[], files: readonly string[]): ObjectsOutcome<DiscoveredPath> {
  return { kind: 'invalid', problems: blank.map((file) => `${file} is empty`), files };
}

function toTargetConfig({ name, path, url, labels }: DiscoveredPath): TargetConfig {
  return { name: name ?? path, path, url, labels };
}
