import type { FailureCode } from '@app/protocol';
import type { ScrapeFailure } from './scrape-answer.js';

/** The HTTP status of each failure; `upstream_error` carries the target's own where it has one. */
const STATUS: Record<FailureCode, number> = {
  invalid_path: 404,
  bad_request: 400,
  method_not_allowed: 405,
  agent_gone: 503,
  agent_disconnected: 502,
  timed_out: 504,
  upstream_timed_out: 504,
  target_unreachable: 502,
  upstream_error: 502,
  path_not_found: 404,
  content_too_large: 413,
  payload_too_large: 413,
  invalid_payload: 502,
  overloaded: 503,
  unauthorized: 401,
  forbidden: 403,
  proxy_stopping: 503,
};

const MAX_PHRASE_LENGTH = 200;

/** A failed scrape with the status of its code. */
export function failure(code: FailureCode, words: string, status: number = STATUS[code]): ScrapeFailure {
  return { kind: 'failure', code, status, words };
}

/**
 * The HTTP/1.1 reason phrase (RFC 9112, section 4) for a failure: Prometheus shows it as the target's last error.
 *
 * Printable ASCII, anything else as `?`, at most 200 characters.
 */
export function reasonPhrase(words: string): string {
  return words
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/g, '?')
    .trim()
    .slice(0, MAX_PHRASE_LENGTH);
}
