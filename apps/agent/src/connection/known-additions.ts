import type { Capability } from '@app/protocol';
import type { KnownAdditions } from '../scrape/response-messages.js';

/** What of an answer's additions a proxy with these capabilities understands. */
export function knownAdditions(capabilities: ReadonlySet<Capability>): KnownAdditions {
  return {
    hasFailureCodes: capabilities.has('failure-code'),
    hasTimes: capabilities.has('scrape-times'),
    takesWholeBodies: capabilities.has('whole-bodies'),
    takesHeaders: capabilities.has('passed-headers'),
  };
}
