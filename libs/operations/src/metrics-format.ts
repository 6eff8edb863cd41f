import { type OpenMetricsContentType, type PrometheusContentType, Registry } from 'prom-client';

/** The two text formats metrics are served in, by content type. */
export type MetricsFormat = PrometheusContentType | OpenMetricsContentType;

const OPENMETRICS = 'application/openmetrics-text';

/**
 * The format for a scraper's Accept header: OpenMetrics when it is listed and not less liked than plain text,
 * plain text otherwise.
 */
export function metricsFormat(accept: string | undefined): MetricsFormat {
  const ranges = (accept ?? '').split(',').map(parseRange);
  const open = ranges.find((range) => range.type === OPENMETRICS);
  const plain = ranges.find((range) => range.type === 'text/plain');
  const isOpen = open !== undefined && open.quality > 0 && open.quality >= (plain?.quality ?? 0);
  return isOpen ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
}

function parseRange(range: string): { type: string; quality: number } {
  const [type = '', ...parameters] = range.split(';').map((word) => word.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
