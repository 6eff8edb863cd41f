/** The middle one, or the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the values lies, between two values in proportion; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** What is told of many times, in milliseconds. */
export interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Of these times. */
export function quantilesOf(times: readonly number[]): Quantiles {
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** As tables tell them: `p50 / p99`. */
export function shownQuantiles({ p50Ms, p99Ms }: Quantiles): string {
  return `${shown(p50Ms)} / ${shown(p99Ms)}`;
}

/** Three digits that count, with separators where it is large. */
export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}
