import { IN_PROCESS, type InProcessTarget } from './in-process-target.js';

/** Where a target is, taken apart once so that a scrape only joins strings. */
export interface TargetAddress {
  /** Scheme, host and port. */
  origin: string;
  /** Path and query as they stand in the configured URL. */
  pathAndQuery: string;
  /** The `Authorization` made of the URL's user and password, or undefined when it has none. */
  authorization: string | undefined;
  /** The target itself, where it is in this process and nothing is dialled. */
  inProcess?: InProcessTarget;
}

export type AddressOutcome = { kind: 'ok'; address: TargetAddress } | { kind: 'invalid'; reason: string };

/** Characters a request line takes as they are: visible ASCII but `#`. */
const REQUEST_TEXT = /^[!"$-~]*$/;

/**
 * Take a configured target URL apart.
 *
 * Path and query stay as they are written; only where they hold what a request line cannot carry are they
 * encoded as a browser would. The reason of an invalid one never holds its user and password.
 */
export function parseTargetAddress(url: string): AddressOutcome {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) {
    return { kind: 'invalid', reason: 'the target URL cannot be read' };
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return { kind: 'invalid', reason: 'the target URL is neither http nor https' };
  }
  const authorization = basicAuthorization(parsed);
  if (authorization === 'undecodable') {
    return { kind: 'invalid', reason: 'user or password of the target URL are not percent-encoded' };
  }
  const address = { origin: parsed.origin, pathAndQuery: writtenPathAndQuery(url, parsed), authorization };
  return { kind: 'ok', address };
}

/** The address of a target in this process. */
export function inProcessAddress(path: string, inProcess: InProcessTarget): TargetAddress {
  return { origin: IN_PROCESS, pathAndQuery: `/${path}`, authorization: undefined, inProcess };
}

/**
 * The path and query to ask for: the target's own, and `query` after it verbatim. Undefined when `query`
 * holds what would change more than the query: spaces, control characters, `#`, anything beyond ASCII.
 */
export function appendQuery(pathAndQuery: string, query: string): string | undefined {
  if (query.trim() === '') {
    return pathAndQuery;
  }
  if (!REQUEST_TEXT.test(query)) {
    return undefined;
  }
  return `${pathAndQuery}${querySeparator(pathAndQuery)}${query}`;
}

function querySeparator(pathAndQuery: string): string {
  if (!pathAndQuery.includes('?')) {
    return '?';
  }
  return /[?&]$/.test(pathAndQuery) ? '' : '&';
}

function writtenPathAndQuery(url: string, parsed: URL): string {
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url.trim())?.[1] ?? '';
  const isUsable = REQUEST_TEXT.test(written) && !written.includes('\\');
  if (!isUsable) {
    return `${parsed.pathname}${parsed.search}`;
  }
  return written.startsWith('/') ? written : `/${written}`;
}

function basicAuthorization(parsed: URL): string | undefined {
  if (parsed.username === '' && parsed.password === '') {
    return undefined;
  }
  try {
    const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
    return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  } catch {
    return 'undecodable';
  }
}
