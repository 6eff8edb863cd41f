import type { Bound } from '@app/operations';
import { parsePathName } from '@app/protocol';

/** What a scraper's request line asks for, or why it cannot be understood. */
export type ScrapeTarget =
  | { readonly kind: 'target'; readonly path: string; readonly query: string }
  | { readonly kind: 'bad'; readonly words: string };

/** In characters. */
export interface ScrapeTargetLimits {
  readonly maxPathLength: number;
  readonly query: Bound;
}

/**
 * Path and query of a request target in origin form (RFC 9112, section 3.2.1).
 *
 * The path is decoded, the query stays verbatim. Characters that a URL cannot have (RFC 3986) are refused, for the query
 * is appended to the target's URL as it is.
 *
 * @param url - as it stands in the request line
 */
export function parseScrapeTarget(
  url: string,
  { maxPathLength, query: queryBound }: ScrapeTargetLimits,
): ScrapeTarget {
  if (!url.startsWith('/')) {
    return { kind: 'bad', words: 'the request target must be a path' };
  }
  const mark = url.indexOf('?');
  const query = mark === -1 ? '' : url.slice(mark + 1);
  if (!queryBound.admits(query.length)) {
    const words = `the query has ${query.length} characters, at most ${queryBound.limit} are allowed`;
    return { kind: 'bad', words };
  }
  if (!/^[!$-~]*$/.test(query)) {
    return { kind: 'bad', words: 'the query has characters that a URL cannot have' };
  }
  const name = parsePathName(mark === -1 ? url : url.slice(0, mark), maxPathLength);
  return 'problem' in name
    ? { kind: 'bad', words: name.problem }
    : { kind: 'target', path: name.path, query };
}
