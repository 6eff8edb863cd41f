import type { FetchedBody } from './fetch-outcome.js';

export type ContentCoding = 'identity' | 'gzip';

/** How a target's body is encoded; undefined when it is in a way that was not asked for. An empty one is not. */
export function codingOf(fetched: FetchedBody): ContentCoding | undefined {
  const isEmpty = fetched.kind === 'whole' && fetched.byteCount === 0;
  switch (fetched.head.contentEncoding) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return isEmpty ? 'identity' : 'gzip';
    default:
      return undefined;
  }
}
