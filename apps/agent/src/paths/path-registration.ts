import type { Logger } from '@app/operations';
import type { RegisterPathResponseMessage, UnregisterPathResponseMessage } from '@app/protocol';
import type { CallOutcome } from '../connection/proxy-port.js';
import type { Target, TargetTable } from './target-table.js';

/** How one session registers and unregisters. */
export interface PathCalls {
  /** Whether registering a path anew replaces it in place; where not, it has to be taken back first. */
  readonly replaces: boolean;
  register(target: Target): Promise<CallOutcome<RegisterPathResponseMessage>>;
  unregister(path: string): Promise<CallOutcome<UnregisterPathResponseMessage>>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

interface Refusal {
  count: number;
  reason: string;
  timer: NodeJS.Timeout;
}

/**
 * Brings what the proxy has of this agent's paths in line with the target table, one call after another, in
 * the order of the table, and keeps it so while the table changes. A path that is refused, or whose call
 * fails, is tried again later and costs the others nothing. One per session; whoever starts it stops it.
 */
export class PathRegistration {
  readonly #targets: TargetTable;
  readonly #calls: PathCalls;
  readonly #log: Logger;
  readonly #queue = new Set<string>();
  readonly #registered = new Map<string, Target>();
  readonly #refusals = new Map<string, Refusal>();
  #unlisten: (() => void) | undefined;
  #isWorking = false;
  #isStopped = false;

  constructor(targets: TargetTable, calls: PathCalls, log: Logger) {
    this.#targets = targets;
    this.#calls = calls;
    this.#log = log;
  }

  /** Paths the proxy has accepted. */
  get registeredCount(): number {
    return this.#registered.size;
  }

  /** Paths that wait for another try. */
  get refusedCount(): number {
    return this.#refusals.size;
  }

  /** Begin, and settle when every path was offered once. */
  async start(): Promise<void> {
    this.#unlisten = this.#targets.listen((path) => this.#enqueue(path));
    for (const target of this.#targets.all()) {
      this.#queue.add(target.path);
    }
    await this.#work();
  }

  /** Make no further call, and forget every retry. */
  stop(): void {
    this.#isStopped = true;
    this.#unlisten?.();
    this.#queue.clear();
    for (const refusal of this.#refusals.values()) {
      clearTimeout(refusal.timer);
    }
    this.#refusals.clear();
  }

  #enqueue(path: string): void {
    this.#queue.add(path);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) {
      return;
    }
    this.#isWorking = true;
    try {
      for (const path of this.#queue) {
        this.#queue.delete(path);
        await this.#trySettle(path);
        if (this.#isStopped) {
          break;
        }
      }
    } finally {
      this.#isWorking = false;
    }
  }

  /** Never rejects: what goes wrong with one path is no reason to leave out the others. */
  async #trySettle(path: string): Promise<void> {
    try {
      await this.#settle(path);
    } catch (error) {
      this.#log.error({ err: error, path }, 'registering a path failed');
      if (!this.#isStopped) {
        this.#retryLater(path, 'internal error in the agent, see its log');
      }
    }
  }

  async #settle(path: string): Promise<void> {
    const target = this.#targets.find(path);
    const registered = this.#registered.get(path);
    const isOutdated = registered !== undefined && registered !== target;
    const mustGo = isOutdated && !(target !== undefined && this.#calls.replaces);
    if (mustGo && !(await this.#unregister(path))) {
      return;
    }
    if (this.#isStopped) {
      return;
    }
    if (target === undefined) {
      this.#forgetRefusal(path);
    } else if (this.#registered.get(path) !== target) {
      await this.#register(target);
    }
  }

  async #register(target: Target): Promise<void> {
    const outcome = await this.#calls.register(target);
    if (this.#isStopped) {
      return;
    }
    if (!outcome.ok) {
      this.#retryLater(target.path, outcome.problem.words);
    } else if (!outcome.value.valid) {
      this.#retryLater(target.path, outcome.value.reason);
    } else {
      this.#forgetRefusal(target.path);
      this.#registered.set(target.path, target);
      this.#logAccepted(target, outcome.value.warnings);
    }
  }

  /** Whether the proxy no longer has the path. One it says it does not know is gone as well. */
  async #unregister(path: string): Promise<boolean> {
    const outcome = await this.#calls.unregister(path);
    if (!outcome.ok) {
      if (!this.#isStopped) {
        this.#retryLater(path, outcome.problem.words);
      }
      return false;
    }
    this.#registered.delete(path);
    this.#log.info({ path }, 'path unregistered');
    return true;
  }

  #retryLater(path: string, reason: string): void {
    const before = this.#refusals.get(path);
    clearTimeout(before?.timer);
    const count = (before?.count ?? 0) + 1;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (count - 1), LAST_RETRY_MS);
    const timer = setTimeout(() => this.#enqueue(path), delayMs);
    this.#refusals.set(path, { count, reason, timer });
    // The same words once are enough for an operator; the proxy repeats them for as long as it refuses.
    const level = before?.reason === reason ? 'debug' : 'warn';
    this.#log[level]({ path, reason, retryInSecs: delayMs / 1_000 }, 'path not registered');
  }

  #forgetRefusal(path: string): void {
    clearTimeout(this.#refusals.get(path)?.timer);
    this.#refusals.delete(path);
  }

  #logAccepted(target: Target, warnings: readonly string[]): void {
    this.#log.debug({ path: target.path, target: target.shownUrl }, 'path registered');
    for (const warning of warnings) {
      this.#log.warn({ path: target.path, warning }, 'path registered in part');
    }
  }
}
