import type { HealthOutcome } from './health-checks.js';

/** The page at `healthCheckPath`: its status and body. */
export interface HealthReport {
  readonly status: 200 | 500 | 501;
  readonly body: string;
}

/** What a probe may ask of the page, in its query. */
export interface HealthReportQuery {
  /** `true`: indent. */
  readonly pretty?: unknown;
  /** `false`: 200 also when a check is unhealthy. */
  readonly httpStatusIndicator?: unknown;
}

/** The answers as the probes of prometheus-proxy read them: one member per check, 500 when one is unhealthy. */
export function healthReport(outcomes: readonly HealthOutcome[], query: HealthReportQuery): HealthReport {
  const members = Object.fromEntries(outcomes.map((outcome) => [outcome.name, toMember(outcome)]));
  return {
    status: statusOf(outcomes, query.httpStatusIndicator !== 'false'),
    body: JSON.stringify(members, null, query.pretty === 'true' ? 2 : 0),
  };
}

function statusOf(outcomes: readonly HealthOutcome[], statusTells: boolean): HealthReport['status'] {
  if (outcomes.length === 0) return 501;
  return statusTells && outcomes.some((outcome) => !outcome.healthy) ? 500 : 200;
}

function toMember({ healthy, message, error, durationMs, at }: HealthOutcome): object {
  return {
    healthy,
    ...(message !== undefined && { message }),
    ...(error && { error: { type: error.name, message: error.message } }),
    duration: durationMs,
    timestamp: at.toISOString(),
  };
}
