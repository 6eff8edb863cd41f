import type { Panel, Query, Row } from './panels.js';

/** Per second, over what Grafana thinks fits the resolution. */
export const rate = (series: string): string => `rate(${series}[$__rate_interval])`;

/** Quantiles of a histogram, over all its series. */
export function quantiles(histogram: string, selector: string): Query[] {
  return [0.5, 0.9, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (${rate(`${histogram}_bucket{${selector}}`)}))`,
    legend: `p${quantile * 100}`,
  }));
}

/** What the process of either program uses. */
export function processRow(selector: string): Row {
  const panel = (title: string, about: string, unit: string, queries: Query[]): Panel => ({
    title,
    about,
    unit,
    width: 6,
    queries,
  });
  return {
    title: 'Process',
    panels: [
      panel(
        'CPU',
        'Cores in use. The program itself uses one; compression and the garbage collector use others.',
        'short',
        [{ expr: rate(`process_cpu_seconds_total{${selector}}`), legend: '{{instance}}' }],
      ),
      panel('Memory', 'Resident memory, and what of it are bodies and other buffers.', 'bytes', [
        { expr: `process_resident_memory_bytes{${selector}}`, legend: '{{instance}} resident' },
        { expr: `nodejs_external_memory_bytes{${selector}}`, legend: '{{instance}} buffers' },
      ]),
      panel('Event loop', 'How late the program was, and how busy: near 1 it is the bottleneck.', 'short', [
        { expr: `nodejs_eventloop_lag_p99_seconds{${selector}}`, legend: '{{instance}} p99 lag (s)' },
        { expr: rate(`nodejs_eventloop_active_seconds_total{${selector}}`), legend: '{{instance}} busy' },
      ]),
      panel('Garbage collection', 'Share of the time.', 'percentunit', [
        {
          expr: `sum by (instance, kind) (${rate(`nodejs_gc_duration_seconds_sum{${selector}}`)})`,
          legend: '{{instance}} {{kind}}',
        },
      ]),
    ],
  };
}
