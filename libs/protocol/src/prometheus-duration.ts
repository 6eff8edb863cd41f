const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;
const UNITS_MS = [365 * DAY_MS, 7 * DAY_MS, DAY_MS, 60 * 60 * SECOND_MS, 60 * SECOND_MS, SECOND_MS, 1];

/** Prometheus counts in nanoseconds, in 64 bits with a sign. */
const MAX_MS = 2 ** 63 / 1e6;

/** A duration as Prometheus writes it (`1m30s`), in milliseconds; undefined when it is none, or not longer than nothing. */
export function parseDurationMs(text: string): number | undefined {
  const amounts = DURATION.exec(text)?.slice(1) as (string | undefined)[] | undefined;
  const ms = amounts?.reduce((sum, amount, at) => sum + Number(amount ?? 0) * (UNITS_MS[at] ?? 0), 0) ?? 0;
  return ms > 0 && ms < MAX_MS ? ms : undefined;
}
