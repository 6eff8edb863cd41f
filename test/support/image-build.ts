import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { basename, join, matchesGlob, relative, resolve } from 'node:path';
import type { Instruction, Stage } from './dockerfile.js';

const repository = resolve(import.meta.dirname, '../..');

/**
 * Does what the stages of a Dockerfile say without a container engine: copies from the build context as .dockerignore
 * leaves it, and runs commands, each stage in a clean folder that stands for its working directory. As an engine does,
 * it takes a stage of the same instructions from before.
 */
export class ImageBuild {
  readonly #root: string;
  readonly #context: string;
  readonly #built = new Map<string, string>();

  /** @param root - an empty folder, which the caller deletes */
  constructor(root: string) {
    this.#root = root;
    this.#context = join(root, 'context');
    copyContext(this.#context);
  }

  /** @returns the folder that stands for the working directory of the last stage */
  build(stages: readonly Stage[]): string {
    const folders = new Map<string, string>();
    for (const { name, instructions } of stages) folders.set(name, this.#stage(instructions, folders));
    return folders.get(stages.at(-1)?.name ?? '') ?? '';
  }

  #stage(instructions: readonly Instruction[], folders: ReadonlyMap<string, string>): string {
    const key = JSON.stringify([instructions, [...folders]]);
    const before = this.#built.get(key);
    if (before !== undefined) return before;
    // Not by count: a stage that failed leaves a folder behind, and may be tried again.
    const folder = mkdtempSync(join(this.#root, 'stage-'));
    for (const { name, words, flags } of instructions) {
      const from = flags['from'];
      if (name === 'COPY') copy(from === undefined ? this.#context : folders.get(from)!, words, folder);
      if (name === 'RUN') run(words.join(' '), folder);
    }
    this.#built.set(key, folder);
    return folder;
  }
}

function run(command: string, cwd: string): void {
  const env = { ...process.env, npm_config_prefer_offline: 'true' };
  execFileSync('sh', ['-c', command], { cwd, env, stdio: 'pipe' });
}

/** Of a folder an engine copies what is in it, whether its name ends in a slash or not. */
function copy(from: string, words: readonly string[], folder: string): void {
  const [target = ''] = words.slice(-1);
  for (const source of words.slice(0, -1).map((path) => path.replace(/^\/src\//, ''))) {
    const isInto = target.endsWith('/') && !statSync(join(from, source)).isDirectory();
    const to = isInto ? join(folder, target, basename(source)) : join(folder, target);
    cpSync(join(from, source), to, { recursive: true, verbatimSymlinks: true });
  }
}

/** .dockerignore keeps everything out but what it names, and of that leaves out what its other patterns match. */
function copyContext(to: string): void {
  const lines = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const ignored = lines.filter((line) => /^[^!#]/.test(line) && line !== '*');
  const isKept = (path: string): boolean =>
    !ignored.some((pattern) => matchesGlob(relative(repository, path), pattern));
  for (const path of kept) {
    cpSync(join(repository, path), join(to, path), { recursive: true, filter: isKept });
  }
}
