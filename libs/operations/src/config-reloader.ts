import { isDeepStrictEqual } from 'node:util';
import { changedKeys, type ConfigOutcome, type ConfigSource, type OptionRows } from '@app/config';
import type { Logger } from 'pino';
import { SteadyReading } from './steady-reading.js';
import { WatchedFiles } from './watched-files.js';

/** Time between two looks at the files, in milliseconds; a file watch makes it sooner. */
const INTERVAL_MS = 10_000;

/** Puts what was prepared into force, in one go and without failing. What it answers stands in the log. */
export type PutInForce = () => object;

/** What a program does with a configuration that was read again. */
export interface ConfigParts<O> {
  /** Leads the keys in the log. */
  readonly prefix: string;
  /** A change of a row that is not reloaded is named in the log. */
  readonly rows: OptionRows;
  /** Files beside those of the configuration whose change is one of it. */
  watchedBy(options: O): readonly string[];
  /** Do all that can fail. Nothing changes if it does; the error names what cannot be used, and holds no secret. */
  prepare(options: O): Promise<PutInForce>;
}

/** What the options a program started with came from, if not from code. */
export interface Configured<O> {
  readonly options: O;
  readonly source: ConfigSource<O> | undefined;
}

type Usable<O> = Extract<ConfigOutcome<O>, { kind: 'run' }>;

/**
 * Takes up a changed configuration while the program runs: on a change of its files, and when asked to.
 *
 * One that cannot be used in any part leaves the running one in force as it is. The owner starts and stops it.
 */
export class ConfigReloader<O> {
  private readonly startOptions: O;
  private readonly source: ConfigSource<O> | undefined;
  private readonly steady = new SteadyReading();
  private notices: ReadonlySet<string>;
  private options: O;
  private files: readonly string[];
  private watched: WatchedFiles | undefined;
  private watchedPaths: readonly string[] = [];
  private wasUsable = true;
  private usableAt = new Date();
  private reading: Promise<void> | undefined;
  private rereading: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    { options, source }: Configured<O>,
    private readonly parts: ConfigParts<O>,
    private readonly log: Pick<Logger, 'info' | 'warn' | 'error'>,
  ) {
    this.startOptions = options;
    this.options = options;
    this.source = source;
    this.files = source?.files ?? [];
    this.notices = new Set(source?.notices);
  }

  /** Whether the configuration could be used when it was read last, at the start or since. */
  get isLastUsable(): boolean {
    return this.wasUsable;
  }

  /** When a configuration that could be used was read last. */
  get lastUsableAt(): Date {
    return this.usableAt;
  }

  /** Begin to watch. */
  async start(): Promise<void> {
    await this.steady.learn(this.files);
    await this.watch();
  }

  /** For good. */
  stop(): void {
    this.isStopped = true;
    this.watched?.stop();
  }

  /**
   * Read the configuration again, now. Never rejects; those who ask while it is being read share one more reading, for what
   * they know of may have changed since this one began.
   */
  reload(): Promise<void> {
    if (this.reading === undefined) {
      this.reading = this.readAgain().finally(() => {
        this.reading = undefined;
      });
      return this.reading;
    }
    this.rereading ??= this.reading.then(() => {
      this.rereading = undefined;
      return this.reload();
    });
    return this.rereading;
  }

  /**
   * Watch the files of the running configuration, and those of one that was refused: each may be where it is mended.
   * Nothing changes when they are watched already.
   */
  private async watch(refusedFiles: readonly string[] = []): Promise<void> {
    const running = [...this.files, ...this.parts.watchedBy(this.options)];
    const paths = [...new Set([...running, ...refusedFiles])];
    if (this.isStopped || isDeepStrictEqual(paths, this.watchedPaths)) {
      return;
    }
    this.watched?.stop();
    this.watchedPaths = paths;
    this.watched = new WatchedFiles(paths, INTERVAL_MS, () => this.reload());
    await this.watched.start();
  }

  private async readAgain(): Promise<void> {
    try {
      const outcome = await this.load();
      switch (outcome.kind) {
        case 'print':
          return this.refuse(['it asks for a page to be printed']);
        case 'invalid':
          this.refuse(outcome.problems);
          return await this.watch(outcome.files);
        case 'run':
          await this.use(outcome);
      }
    } catch (error) {
      this.refuse([(error as Error).message]);
    }
  }

  private async use({ options, notices, files }: Usable<O>): Promise<void> {
    let putInForce;
    try {
      putInForce = await this.parts.prepare(options);
    } catch (error) {
      this.refuse([(error as Error).message]);
      return this.watch([...files, ...this.parts.watchedBy(options)]);
    }
    if (!this.isStopped) {
      this.files = files;
      this.takeUp(options, notices, putInForce);
      await this.steady.learn(files);
      await this.watch();
    }
  }

  /** Options that came from code stay what they are; the files they name may have changed. */
  private async load(): Promise<ConfigOutcome<O>> {
    const { source, options, files } = this;
    if (source === undefined) return { kind: 'run', options, notices: [], files: [] };
    const read = await this.steady.read(files, () => source.load());
    if ('value' in read) return read.value;
    return { kind: 'invalid', problems: read.blank.map((file) => `${file} is empty`), files };
  }

  private refuse(problems: readonly string[]): void {
    this.wasUsable = false;
    this.log.error({ problems }, 'the changed configuration cannot be used; the running one stays in force');
  }

  private takeUp(options: O, notices: readonly string[], putInForce: PutInForce): void {
    const fields = putInForce();
    const { prefix, rows } = this.parts;
    const needRestart = changedKeys(rows, this.startOptions, options)
      .filter((key) => rows[key]?.isReloaded !== true)
      .map((key) => `${prefix}.${key}`);
    this.options = options;
    this.wasUsable = true;
    this.usableAt = new Date();
    this.noteNew(notices);
    this.log.info({ ...fields, needRestart }, 'the configuration was read again');
  }

  /** What was said of an earlier reading is not said again for as long as it stays true. */
  private noteNew(notices: readonly string[]): void {
    notices.filter((notice) => !this.notices.has(notice)).forEach((notice) => this.log.warn(notice));
    this.notices = new Set(notices);
  }
}
