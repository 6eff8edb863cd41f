/** Where a fault of somebody's module is counted and logged. */
export interface FaultReport {
  count(seam: string, module: string): void;
  log(fields: { module: string; seam: string; err: Error; more?: number }, words: string): void;
}

/** Time between two log lines on the same seam of the same module, in milliseconds. */
const QUIET_MS = 60_000;

interface Silence {
  untilMs: number;
  skipped: number;
}

/**
 * The faults of modules that are not ours: each one is counted, and logged by the module's name, at most once a
 * minute for one seam of one module. There are as many entries as modules have seams.
 */
export class ExtensionFaults {
  readonly #report: FaultReport;
  readonly #silences = new Map<string, Silence>();

  constructor(report: FaultReport) {
    this.#report = report;
  }

  /** @param thrown - what the module threw; anything at all */
  record(seam: string, module: string, thrown: unknown): void {
    this.#report.count(seam, module);
    const key = JSON.stringify([seam, module]);
    const silence = this.#silences.get(key);
    const nowMs = performance.now();
    if (silence !== undefined && nowMs < silence.untilMs) {
      silence.skipped += 1;
      return;
    }
    this.#silences.set(key, { untilMs: nowMs + QUIET_MS, skipped: 0 });
    const more = silence === undefined || silence.skipped === 0 ? {} : { more: silence.skipped };
    this.#report.log({ module, seam, err: asError(thrown), ...more }, 'a module that was added failed');
  }

  /** What `call` returns, or `instead` when it throws. */
  guard<T>(seam: string, module: string, call: () => T, instead: T): T {
    try {
      return call();
    } catch (error) {
      this.record(seam, module, error);
      return instead;
    }
  }
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
