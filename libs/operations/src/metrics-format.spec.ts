import { describe, expect, it } from 'vitest';
import { metricsFormat } from './metrics-format.js';

describe('the format of the metrics', () => {
  it.each([
    [undefined, 'text/plain'],
    ['', 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/plain;version=0.0.4', 'text/plain'],
    ['application/openmetrics-text', 'application/openmetrics-text'],
    ['Application/OpenMetrics-Text; version=0.0.1', 'application/openmetrics-text'],
    ['application/openmetrics-text;q=0', 'text/plain'],
    ['application/openmetrics-text;q=0.2,text/plain;q=0.5', 'text/plain'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text',
    ],
    [
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
      'application/openmetrics-text',
    ],
  ])('for Accept "%s" is %s', (accept, expected) => {
    const format = metricsFormat(accept);

    expect(format.split(';')[0]).toBe(expected);
  });
});
