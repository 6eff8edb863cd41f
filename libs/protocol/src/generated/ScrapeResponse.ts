// Original file: proto/proxy_service.proto

import type { Long } from '@grpc/proto-loader';

export interface ScrapeResponseInit {
  'validResponse'?: (boolean);
  'agentId'?: (string);
  'scrapeId'?: (number | string | Long);
  'statusCode'?: (number);
  'failureReason'?: (string);
  'url'?: (string);
  'contentType'?: (string);
  /**
   * Whether the content is gzip.
   */
  'zipped'?: (boolean);
  'contentAsText'?: (string);
  'contentAsZipped'?: (Buffer | Uint8Array | string);
  /**
   * A failure code word of docs/failure-reasons.md (capability `failure-code`).
   */
  'failureCode'?: (string);
  /**
   * How long the scrape waited for its turn in the agent, and how long its target took, in microseconds; 0 when the
   * target was not asked (capability `scrape-times`).
   */
  'waitedMicros'?: (number);
  'targetMicros'?: (number);
  'contentOneOf'?: "contentAsText"|"contentAsZipped";
}

export interface ScrapeResponseMessage {
  'validResponse': (boolean);
  'agentId': (string);
  'scrapeId': (number);
  'statusCode': (number);
  'failureReason': (string);
  'url': (string);
  'contentType': (string);
  /**
   * Whether the content is gzip.
   */
  'zipped': (boolean);
  'contentAsText'?: (string);
  'contentAsZipped'?: (Buffer);
  /**
   * A failure code word of docs/failure-reasons.md (capability `failure-code`).
   */
  'failureCode': (string);
  /**
   * How long the scrape waited for its turn in the agent, and how long its target took, in microseconds; 0 when the
   * target was not asked (capability `scrape-times`).
   */
  'waitedMicros': (number);
  'targetMicros': (number);
  'contentOneOf'?: "contentAsText"|"contentAsZipped";
}
