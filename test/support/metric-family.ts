import protobuf from 'protobufjs';

/** The content type of an exposition as length-delimited messages. */
export const PROTOBUF_FORMAT =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** As much of the exposition's messages as gauges, counters and native histograms need. */
const EXPOSITION = `
  syntax = "proto2";
  package io.prometheus.client;
  enum MetricType { COUNTER = 0; GAUGE = 1; HISTOGRAM = 4; }
  message LabelPair { optional string name = 1; optional string value = 2; }
  message Gauge { optional double value = 1; }
  message Counter { optional double value = 1; }
  message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
  message Histogram {
    optional uint64 sample_count = 1;
    optional double sample_sum = 2;
    optional sint32 schema = 5;
    optional double zero_threshold = 6;
    optional uint64 zero_count = 7;
    repeated BucketSpan negative_span = 9;
    repeated sint64 negative_delta = 10;
    repeated BucketSpan positive_span = 12;
    repeated sint64 positive_delta = 13;
  }
  message Metric {
    repeated LabelPair label = 1;
    optional Gauge gauge = 2;
    optional Counter counter = 3;
    optional Histogram histogram = 7;
  }
  message MetricFamily {
    optional string name = 1;
    optional string help = 2;
    optional MetricType type = 3;
    repeated Metric metric = 4;
  }
`;

export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

export interface Histogram {
  readonly sampleCount: number;
  readonly sampleSum: number;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positiveSpan: readonly BucketSpan[];
  /** Count of the first bucket, then the difference of each bucket to the one before. */
  readonly positiveDelta: readonly number[];
}

export interface Metric {
  readonly label?: readonly { readonly name: string; readonly value: string }[];
  readonly gauge?: { readonly value: number };
  readonly counter?: { readonly value: number };
  readonly histogram?: Histogram;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM';
  readonly metric: readonly Metric[];
}

/** Write an exposition as protobuf, one length-delimited message per family. */
export function encodeExposition(families: readonly MetricFamily[]): Buffer {
  const type = protobuf.parse(EXPOSITION).root.lookupType('io.prometheus.client.MetricFamily');
  return Buffer.concat(families.map((family) => type.encodeDelimited(type.fromObject(family)).finish()));
}
