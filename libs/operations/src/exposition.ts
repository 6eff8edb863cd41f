import { setImmediate as nextTurn } from 'node:timers/promises';
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
  const texts = new Map<string, string>();
  for (const metric of withLegacyCounters(sampled, legacyCounters)) {
    const chosen = choose(metric, names);
    if (chosen !== undefined && !texts.has(chosen.name)) {
      texts.set(chosen.name, await render(page, isOpenMetrics ? asOpenMetrics(chosen) : chosen));
    }
  }
  const blocks = [...texts.values()];
  return isOpenMetrics ? [...blocks, '# EOF\n'].join('\n') : `${blocks.join('\n\n')}\n`;
}

/** Samples that are rendered in one go; scrapes wait meanwhile. */
const SLICE = 500;

/** One metric as text, a slice at a time: with thousands of paths a page takes a quarter of a second. */
async function render(page: Registry, metric: Sampled): Promise<string> {
  const parts = [await renderSlice(page, metric, 0)];
  for (let from = SLICE; from < metric.values.length; from += SLICE) {
    await nextTurn();
    const [, , ...samples] = (await renderSlice(page, metric, from)).split('\n');
    parts.push(...samples);
  }
  return parts.join('\n');
}

async function renderSlice(page: Registry, metric: Sampled, from: number): Promise<string> {
  const slice = { ...metric, values: metric.values.slice(from, from + SLICE) };
  page.registerMetric({ ...slice, get: () => Promise.resolve(slice) } as unknown as Metric);
  const text = await page.getSingleMetricAsString(metric.name);
  page.removeSingleMetric(metric.name);
  return text;
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
