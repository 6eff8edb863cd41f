import type { Sampled } from './exposition.js';

/**
 * The metrics, and after each of these counters the same once more without `_total`, as a metric of no type: a counter
 * of that name would break the naming rules, while queries ask for no type.
 *
 * @param counters - names that end in `_total`
 */
export function withLegacyCounters(metrics: readonly Sampled[], counters: readonly string[]): Sampled[] {
  const legacy = new Set(counters);
  return metrics.flatMap((metric) => (legacy.has(metric.name) ? [metric, asLegacy(metric)] : [metric]));
}

function asLegacy(metric: Sampled): Sampled {
  const name = metric.name.replace(/_total$/, '');
  return { ...metric, name, type: 'untyped', help: `${metric.help}: the older name of ${metric.name}` };
}
