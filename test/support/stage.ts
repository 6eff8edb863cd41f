import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';

type Ending = () => Promise<void> | void;

/** What a test put up and what has to come down when it ends, passed or not. */
export class Stage {
  readonly #endings: Ending[] = [];

  /** Run `ending` when the stage is cleared; the last one added runs first. */
  atEnd(ending: Ending): void {
    this.#endings.push(ending);
  }

  /** A directory of this stage alone; it goes with the stage. */
  async tempDir(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'proxy-test-'));
    this.atEnd(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }

  /** Run every ending, also after one that failed, and fail with the first failure. */
  async clear(): Promise<void> {
    const failures: unknown[] = [];
    for (let ending = this.#endings.pop(); ending; ending = this.#endings.pop()) {
      try {
        await ending();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** A stage that is cleared after each test of the surrounding suite. */
export function stagePerTest(): Stage {
  const stage = new Stage();
  afterEach(() => stage.clear());
  return stage;
}

/** A stage that is cleared after the last test of the surrounding suite. */
export function stagePerSuite(): Stage {
  const stage = new Stage();
  afterAll(() => stage.clear());
  return stage;
}
