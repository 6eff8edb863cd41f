/**
 * Why a scrape failed, as one word: metric label, log field, `X-Proxy-Reason` header, field on the wire and
 * row of docs/failure-reasons.md. The set is closed.
 */
export const FAILURE_CODES = [
  'invalid_path',
  'bad_request',
  'method_not_allowed',
  'agent_gone',
  'agent_disconnected',
  'timed_out',
  'upstream_timed_out',
  'target_unreachable',
  'upstream_error',
  'path_not_found',
  'content_too_large',
  'payload_too_large',
  'invalid_payload',
  'overloaded',
  'unauthorized',
  'forbidden',
  'proxy_stopping',
] as const;

/** One word of {@link FAILURE_CODES}. */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** The code word a peer sent, or undefined when it is none that is known here. */
export function parseFailureCode(word: string): FailureCode | undefined {
  return FAILURE_CODES.find((code) => code === word);
}
