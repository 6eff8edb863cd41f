/** Which question a check takes part in: is the process alive, can it serve, and the page older probes read. */
export type HealthScope = 'livez' | 'readyz' | 'healthcheck';

/** One thing that can be well or not. */
export interface HealthCheck {
  /** Unique within the program; a key of the answers. */
  readonly name: string;
  readonly scopes: readonly HealthScope[];
  /** Looks, and answers at once; a throw counts as unhealthy. */
  check(): { healthy: boolean; message?: string };
}

/** What a check answered. */
export interface HealthOutcome {
  readonly name: string;
  readonly healthy: boolean;
  readonly message?: string;
  /** What the check threw instead of answering. */
  readonly error?: Error;
  /** How long the check took, in milliseconds. */
  readonly durationMs: number;
  readonly at: Date;
}

/** The checks of one program. They are added while its modules start and stay until it ends. */
export class HealthChecks {
  private readonly checks = new Map<string, HealthCheck>();

  /** @throws {Error} when there is a check of this name */
  add(check: HealthCheck): void {
    if (this.checks.has(check.name)) throw new Error(`there is a health check named ${check.name} already`);
    this.checks.set(check.name, check);
  }

  /** Run the checks of a scope; the answers are sorted by name. */
  run(scope: HealthScope): HealthOutcome[] {
    return [...this.checks.values()]
      .filter((check) => check.scopes.includes(scope))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(runOne);
  }
}

function runOne(check: HealthCheck): HealthOutcome {
  const at = new Date();
  const startMs = performance.now();
  const answer = answerOf(check);
  return { name: check.name, ...answer, durationMs: Math.round(performance.now() - startMs), at };
}

function answerOf(check: HealthCheck): { healthy: boolean; message?: string; error?: Error } {
  try {
    return check.check();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { healthy: false, message: error.message, error };
  }
}
