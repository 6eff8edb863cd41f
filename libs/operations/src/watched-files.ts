import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How long a burst of file events may go on before the files are looked at, in milliseconds. */
const SETTLE_MS = 100;

/**
 * Tells when the content of any of some files has changed.
 *
 * A hash of the content, taken every `intervalMs`, decides; watching their folders only makes it sooner (a mounted
 * Kubernetes secret changes by a swapped symlink, which not every file system announces). A file that is missing counts
 * as a content of its own. The owner must call `stop`.
 */
export class WatchedFiles {
  private readonly watchers: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private settling: NodeJS.Timeout | undefined;
  private lastHash: string | undefined;
  private looking: Promise<void> | undefined;
  private mustLookAgain = false;

  /**
   * @param paths - the files
   * @param intervalMs - time between two looks
   * @param onChange - called after each change; it must catch its own errors
   */
  constructor(
    private readonly paths: readonly string[],
    private readonly intervalMs: number,
    private readonly onChange: () => void | Promise<void>,
  ) {}

  /** Begin; what the files contain now is where changes are counted from. */
  async start(): Promise<void> {
    this.lastHash = await this.hash();
    if (this.isStopped) {
      return;
    }
    this.timer = setInterval(() => void this.look(), this.intervalMs);
    for (const folder of new Set(this.paths.map((path) => dirname(path)))) {
      this.watchFolder(folder);
    }
  }

  /** For good; also while it begins. */
  stop(): void {
    this.isStopped = true;
    clearInterval(this.timer);
    clearTimeout(this.settling);
    this.timer = undefined;
    this.watchers.splice(0).forEach((watcher) => watcher.close());
  }

  /** Look now, without waiting for the interval. */
  look(): Promise<void> {
    this.mustLookAgain = this.looking !== undefined;
    this.looking ??= this.compareAll().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** A change that comes while the files are being read may have been missed. */
  private async compareAll(): Promise<void> {
    do {
      this.mustLookAgain = false;
      await this.compare();
    } while (this.mustLookAgain);
  }

  private async compare(): Promise<void> {
    const hash = await this.hash();
    if (hash !== this.lastHash && !this.isStopped) {
      this.lastHash = hash;
      await this.onChange();
    }
  }

  private watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.lookSoon());
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      // The folder cannot be watched: the interval still finds every change.
    }
  }

  private lookSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.look(), SETTLE_MS);
  }

  private async hash(): Promise<string> {
    const hash = createHash('sha256');
    for (const path of this.paths) {
      const content = await readFile(path).catch(() => undefined);
      hash.update(content === undefined ? 'missing' : `${content.length}:`).update(content ?? '');
    }
    return hash.digest('hex');
  }
}
