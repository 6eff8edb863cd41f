import { type BoundedWords, maskUrlsWithin } from '@app/operations';
import { parseFailureCode, type FailureCode } from '@app/protocol';
import type { ScrapeFailure } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** What an agent says of a scrape that did not succeed. */
export interface AgentFailure {
  readonly statusCode: number;
  /** Its words; empty from an older agent that was not asked to debug. */
  readonly reason: string;
  /** Its code word; empty from an older agent. */
  readonly code: string;
}

/** The codes that are an agent's to use; any other it sends is not believed. */
const AGENT_CODES: ReadonlySet<FailureCode> = new Set([
  'bad_request',
  'upstream_timed_out',
  'target_unreachable',
  'upstream_error',
  'path_not_found',
  'content_too_large',
  'invalid_payload',
  'overloaded',
]);

/** An older agent's words when the status is the target's own. */
const TARGETS_OWN = 'Unsuccessful response code';

/**
 * The failure that an agent's answer stands for.
 *
 * An older agent sends no code: 408 and 503 are its own (time-out, unreachable) when it gives a reason that does not
 * begin with `Unsuccessful response code`; otherwise they are the target's.
 *
 * @param reasons - how much of its words is kept
 */
export function agentFailure(answer: AgentFailure, agentName: string, reasons: BoundedWords): ScrapeFailure {
  const code = codeOf(answer);
  const words = `${reasons.cut(wordsOf(answer, code))} (agent ${agentName})`;
  return code === 'upstream_error'
    ? failure(code, words, relayedStatus(answer.statusCode))
    : failure(code, words);
}

function codeOf({ statusCode, reason, code }: AgentFailure): FailureCode {
  const known = parseFailureCode(code);
  if (known !== undefined && AGENT_CODES.has(known)) {
    return known;
  }
  const isAgentsOwn = reason !== '' && !reason.startsWith(TARGETS_OWN);
  switch (statusCode) {
    case 404:
      return 'path_not_found';
    case 413:
      return 'content_too_large';
    case 408:
      return isAgentsOwn ? 'upstream_timed_out' : 'upstream_error';
    case 503:
      return isAgentsOwn ? 'target_unreachable' : 'upstream_error';
    default:
      return 'upstream_error';
  }
}

function wordsOf({ statusCode, reason }: AgentFailure, code: FailureCode): string {
  if (reason !== '' && !reason.startsWith(TARGETS_OWN)) {
    return maskUrlsWithin(reason);
  }
  switch (code) {
    case 'path_not_found':
      return 'the target answered 404, or the agent does not know the path';
    case 'content_too_large':
      return "the target's answer is larger than the agent allows";
    default:
      return isRedirect(statusCode)
        ? `the target answered ${statusCode}: redirects are not followed`
        : `the target answered ${statusCode}`;
  }
}

/** A redirect or no HTTP status at all becomes 502: neither would help the scraper. */
function relayedStatus(statusCode: number): number {
  return statusCode >= 400 && statusCode <= 599 ? statusCode : 502;
}

function isRedirect(statusCode: number): boolean {
  return statusCode >= 300 && statusCode <= 399;
}
