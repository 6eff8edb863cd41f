// Original file: proto/proxy_service.proto

import type { PassedHeaderInit as _PassedHeaderInit, PassedHeaderMessage as _PassedHeaderMessage } from './PassedHeader.js';
import type { Long } from '@grpc/proto-loader';

export interface HeaderDataInit {
  'headerValidResponse'?: (boolean);
  'headerAgentId'?: (string);
  'headerScrapeId'?: (number | string | Long);
  'headerStatusCode'?: (number);
  'headerFailureReason'?: (string);
  'headerUrl'?: (string);
  'headerContentType'?: (string);
  /**
   * Whether the bytes of the chunks are gzip.
   */
  'headerZipped'?: (boolean);
  /**
   * As in ScrapeResponse (capability `scrape-times`).
   */
  'headerWaitedMicros'?: (number);
  'headerTargetMicros'?: (number);
  /**
   * As in ScrapeResponse (capability `passed-headers`).
   */
  'headerHeaders'?: (_PassedHeaderInit)[];
}

export interface HeaderDataMessage {
  'headerValidResponse': (boolean);
  'headerAgentId': (string);
  'headerScrapeId': (number);
  'headerStatusCode': (number);
  'headerFailureReason': (string);
  'headerUrl': (string);
  'headerContentType': (string);
  /**
   * Whether the bytes of the chunks are gzip.
   */
  'headerZipped': (boolean);
  /**
   * As in ScrapeResponse (capability `scrape-times`).
   */
  'headerWaitedMicros': (number);
  'headerTargetMicros': (number);
  /**
   * As in ScrapeResponse (capability `passed-headers`).
   */
  'headerHeaders': (_PassedHeaderMessage)[];
}
