import type { FailureCode } from '@app/protocol';

/** Buckets of the reference, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Buckets of the reference, in bytes. */
export const SIZE_BUCKETS = [1024, 10_240, 102_400, 512_000, 1_048_576, 5_242_880, 10_485_760];

/** The word that existing dashboards know each failure by: label `type`, beside the finer `reason`. */
export const FAILURE_TYPES: Record<FailureCode, string> = {
  invalid_path: 'invalid_path',
  bad_request: 'missing_path',
  method_not_allowed: 'missing_path',
  agent_gone: 'invalid_agent_context',
  agent_disconnected: 'agent_disconnected',
  timed_out: 'timed_out',
  upstream_timed_out: 'upstream_timed_out',
  target_unreachable: 'upstream_error',
  upstream_error: 'upstream_error',
  path_not_found: 'path_not_found',
  content_too_large: 'content_too_large',
  payload_too_large: 'payload_too_large',
  invalid_payload: 'invalid_gzip',
  overloaded: 'no_agents',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  proxy_stopping: 'proxy_stopped',
};

/** The stages of a scrape, in the order in which it passes them first. */
export const STAGES = ['queue', 'link', 'target'] as const;

export type Stage = (typeof STAGES)[number];

/** Counters that the dashboards of prometheus-proxy ask for without `_total`. */
export const LEGACY_COUNTERS: readonly string[] = [
  'proxy_scrape_requests_total',
  'proxy_connect_count_total',
  'proxy_eviction_count_total',
  'proxy_heartbeat_count_total',
];
