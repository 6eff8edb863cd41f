import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';

/** How often a reading begins again because a file was written to meanwhile. */
const MOST_READINGS = 5;

type Contents = ReadonlyMap<string, Buffer | undefined>;

/**
 * Reads what some files say, but never half of one that is being written: a file is cut to nothing before it is written
 * over, and what stands in it then would be taken for all of it.
 */
export class SteadyReading {
  /** Which files held nothing whenever they were looked at, and may. */
  #mayBeBlank: ReadonlyMap<string, boolean> = new Map();

  /** Look at the files that are read from now on. */
  async learn(files: readonly string[]): Promise<void> {
    const contents = await contentsOf(files);
    this.#mayBeBlank = new Map(
      files.map((file) => [file, this.#mayBeBlank.get(file) !== false && isBlank(contents, file)]),
    );
  }

  /**
   * Read, again where a file changed meanwhile.
   *
   * @returns what was read, or the files that hold nothing any more
   */
  async read<T>(
    files: readonly string[],
    read: () => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly blank: readonly string[] }> {
    let before = await contentsOf(files);
    for (let readings = 1; ; readings += 1) {
      const value = await read();
      const after = await contentsOf(files);
      if (isDeepStrictEqual(before, after) || readings === MOST_READINGS) {
        const blank = files.filter((file) => isBlank(after, file) && this.#mayBeBlank.get(file) === false);
        return blank.length > 0 ? { blank } : { value };
      }
      before = after;
    }
  }
}

async function contentsOf(files: readonly string[]): Promise<Contents> {
  const read = files.map(async (file) => [file, await readFile(file).catch(() => undefined)] as const);
  return new Map(await Promise.all(read));
}

/** There, and nothing but white space. */
function isBlank(contents: Contents, file: string): boolean {
  return contents.get(file)?.toString().trim() === '';
}
