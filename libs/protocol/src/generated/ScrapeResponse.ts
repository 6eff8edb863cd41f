// Original file: proto/proxy_service.proto

import type { DeltaBodyInit as _DeltaBodyInit, DeltaBodyMessage as _DeltaBodyMessage } from './DeltaBody.js';
import type { PassedHeaderInit as _PassedHeaderInit, PassedHeaderMessage as _PassedHeaderMessage } from './PassedHeader.js';
import type { Long } from '@grpc/proto-loader';

export interface ScrapeResponseInit {
  'validResponse'?: (boolean);
  'agentId'?: (string);
  /**
   * 0, with nothing else but the agent_id, is a heartbeat (capability `stream-heartbeats`).
   */
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
  /**
   * Only in answer to a request with an offer (capability `body-delta`). content_type is left out when it is the base's.
   */
  'deltaBody'?: (_DeltaBodyInit | null);
  /**
   * Headers of the target's answer that the agent lists, for scrapers whose proxy lists them (capability `passed-headers`).
   */
  'headers'?: (_PassedHeaderInit)[];
  'contentOneOf'?: "contentAsText"|"contentAsZipped"|"deltaBody";
}

export interface ScrapeResponseMessage {
  'validResponse': (boolean);
  'agentId': (string);
  /**
   * 0, with nothing else but the agent_id, is a heartbeat (capability `stream-heartbeats`).
   */
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
  /**
   * Only in answer to a request with an offer (capability `body-delta`). content_type is left out when it is the base's.
   */
  'deltaBody'?: (_DeltaBodyMessage | null);
  /**
   * Headers of the target's answer that the agent lists, for scrapers whose proxy lists them (capability `passed-headers`).
   */
  'headers': (_PassedHeaderMessage)[];
  'contentOneOf'?: "contentAsText"|"contentAsZipped"|"deltaBody";
}
