import { type Metric, type MetricValueWithName, Registry } from 'prom-client';
import { withLegacyCounters } from './legacy-counters.js';
import type { MetricsFormat } from './metrics-format.js';

/** A metric and what it stood at, as prom-client hands it out. */
export interface Sampled {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: MetricValueWithName<string>[];
}

/** A metric as it stands in a registry; prom-client's own types leave `name` and `type` out. */
interface Registered extends Omit<Sampled, 'values'> {
  get(): Promise<Sampled>;
}

/**
 * The registry's metrics as text.
 *
 * The registry itself is left as it is; prom-client would otherwise rename its counters for good once they
 * have been asked for as OpenMetrics. A sampler that throws shows as NaN and never costs the page.
 *
 * @param names - when not empty, only samples of these names, or whole metrics of these names
 * @param legacyCounters - counters that are shown without `_total` as well; in the text format only
 */
export async function renderMetrics(
  registry: Registry,
  format: MetricsFormat,
  names: ReadonlySet<string>,
  legacyCounters: readonly string[] = [],
): Promise<string> {
  const page = new Registry();
  const isOpenMetrics = format === Registry.OPENMETRICS_CONTENT_TYPE;
  if (isOpenMetrics) (page as Registry<MetricsFormat>).setContentType(format);
  const registered = registry.getMetricsAsArray() as unknown as Registered[];
  const sampled = await Promise.all(registered.map(sample));
  for (const metric of withLegacyCounters(sampled, legacyCounters)) {
    const chosen = choose(metric, names);
    if (chosen) add(page, isOpenMetrics ? asOpenMetrics(chosen) : chosen);
  }
  return page.metrics();
}

async function sample(metric: Registered): Promise<Sampled> {
  try {
    return await metric.get();
  } catch {
    const { name, help, type } = metric;
    return { name, help, type, values: type === 'gauge' ? [{ value: Number.NaN, labels: {} }] : [] };
  }
}

function choose(metric: Sampled, names: ReadonlySet<string>): Sampled | undefined {
  if (names.size === 0 || names.has(metric.name)) return metric;
  const values = metric.values.filter((value) => names.has(value.metricName ?? metric.name));
  return values.length > 0 ? { ...metric, values } : undefined;
}

/** OpenMetrics names a counter without `_total`, which then stands on its samples alone. */
function asOpenMetrics(metric: Sampled): Sampled {
  return metric.type === 'counter' ? { ...metric, name: metric.name.replace(/_total$/, '') } : metric;
}

function add(page: Registry, sampled: Sampled): void {
  if (page.getSingleMetric(sampled.name)) return;
  const frozen: Registered = { ...sampled, get: () => Promise.resolve(sampled) };
  page.registerMetric(frozen as unknown as Metric);
}
