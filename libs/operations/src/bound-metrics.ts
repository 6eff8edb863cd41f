import type { Registry } from 'prom-client';
import type { Bound } from './bound.js';
import { CounterFamily, ReadFamily } from './metric-families.js';

/**
 * Show bounds by their names: `<prefix>_bound_limit` and `<prefix>_bound_reached_total`, with the label `bound`.
 *
 * @param labels - labels that every series of this program has
 */
export function showBounds<L extends string>(
  registry: Registry,
  prefix: string,
  bounds: Readonly<Record<string, Bound>>,
  labels: Readonly<Record<L, string>>,
): void {
  const labelNames = [...(Object.keys(labels) as L[]), 'bound' as const];
  const entries = Object.entries(bounds).map(([name, bound]) => [{ ...labels, bound: name }, bound] as const);
  const limit = {
    name: `${prefix}_bound_limit`,
    help: 'How many there may be, or how many bytes',
    labelNames,
  };
  void new ReadFamily(registry, 'gauge', limit, () =>
    entries.map(([own, bound]) => ({ labels: own, value: bound.limit })),
  );
  const reached = new CounterFamily(registry, {
    name: `${prefix}_bound_reached_total`,
    help: 'How often there was no room for one more',
    labelNames,
  });
  entries.forEach(([own, bound]) => reached.show(own, bound.reached));
}
