// Original file: proto/proxy_service.proto

import type { DeltaOfferInit as _DeltaOfferInit, DeltaOfferMessage as _DeltaOfferMessage } from './DeltaOffer.js';
import type { PassedHeaderInit as _PassedHeaderInit, PassedHeaderMessage as _PassedHeaderMessage } from './PassedHeader.js';
import type { Long } from '@grpc/proto-loader';

export interface ScrapeRequestInit {
  /**
   * Empty here, in ScrapeResponse, HeaderData and HeartBeatRequest: that of the session the connection is bound to
   * (capability `implied-agent-id`).
   */
  'agentId'?: (string);
  /**
   * Starts at 0 in prometheus-proxy: never test it for truth. Between peers with the capability `stream-heartbeats` it
   * starts at 1, and 0, with nothing else but the agent_id, answers a heartbeat.
   */
  'scrapeId'?: (number | string | Long);
  'path'?: (string);
  'accept'?: (string);
  'debugEnabled'?: (boolean);
  /**
   * Appended to the target's URL verbatim.
   */
  'encodedQueryParams'?: (string);
  'authHeader'?: (string);
  /**
   * What is left of the scrape's deadline, in milliseconds (capability `scrape-budget`).
   */
  'budgetMillis'?: (number);
  /**
   * Nobody waits for this scrape_id any more; no answer is expected (capability `scrape-cancel`).
   */
  'cancelled'?: (boolean);
  /**
   * The answer may be coded against one of these; absent: it must not be coded (capability `body-delta`).
   */
  'deltaOffer'?: (_DeltaOfferInit | null);
  /**
   * Stands for the value of `accept` on this stream, from 1: a request with both defines it, one with the number alone
   * means the value defined last (capability `accept-numbers`).
   */
  'acceptNumber'?: (number);
  /**
   * Headers of the scrape that the proxy lists, for targets whose agent lists them (capability `passed-headers`).
   */
  'headers'?: (_PassedHeaderInit)[];
}

export interface ScrapeRequestMessage {
  /**
   * Empty here, in ScrapeResponse, HeaderData and HeartBeatRequest: that of the session the connection is bound to
   * (capability `implied-agent-id`).
   */
  'agentId': (string);
  /**
   * Starts at 0 in prometheus-proxy: never test it for truth. Between peers with the capability `stream-heartbeats` it
   * starts at 1, and 0, with nothing else but the agent_id, answers a heartbeat.
   */
  'scrapeId': (number);
  'path': (string);
  'accept': (string);
  'debugEnabled': (boolean);
  /**
   * Appended to the target's URL verbatim.
   */
  'encodedQueryParams': (string);
  'authHeader': (string);
  /**
   * What is left of the scrape's deadline, in milliseconds (capability `scrape-budget`).
   */
  'budgetMillis': (number);
  /**
   * Nobody waits for this scrape_id any more; no answer is expected (capability `scrape-cancel`).
   */
  'cancelled': (boolean);
  /**
   * The answer may be coded against one of these; absent: it must not be coded (capability `body-delta`).
   */
  'deltaOffer': (_DeltaOfferMessage | null);
  /**
   * Stands for the value of `accept` on this stream, from 1: a request with both defines it, one with the number alone
   * means the value defined last (capability `accept-numbers`).
   */
  'acceptNumber': (number);
  /**
   * Headers of the scrape that the proxy lists, for targets whose agent lists them (capability `passed-headers`).
   */
  'headers': (_PassedHeaderMessage)[];
}
