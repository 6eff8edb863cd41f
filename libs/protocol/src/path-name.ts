/** Paths below this prefix are the proxy's own pages on the scrape port. */
export const RESERVED_PREFIX = '-/';

/** A path as it is stored, or why it cannot be one. */
export type PathName = { readonly path: string } | { readonly problem: string };

/**
 * The stored form of a path: percent-decoded, without the leading slash.
 *
 * Several segments are allowed. Empty segments, `.` and `..`, control characters, broken percent-encoding, the proxy's
 * own prefix and more than `maxLength` characters are not.
 *
 * @param raw - the path, with or without one leading slash
 */
export function parsePathName(raw: string, maxLength: number): PathName {
  if (raw.length > maxLength * 3) {
    return { problem: `path has more than ${maxLength} characters` };
  }
  const path = decode(raw.startsWith('/') ? raw.slice(1) : raw);
  if (path === undefined) {
    return { problem: `path has a broken percent-encoding: ${quote(raw)}` };
  }
  const problem = findProblem(path, maxLength);
  return problem === undefined ? { path } : { problem };
}

function findProblem(path: string, maxLength: number): string | undefined {
  if (path === '') {
    return 'path is empty';
  }
  if (path.length > maxLength) {
    return `path has ${path.length} characters, at most ${maxLength} are allowed`;
  }
  if (/\p{Cc}/u.test(path)) {
    return `path has control characters: ${quote(path)}`;
  }
  const segments = path.split('/');
  if (segments.includes('')) {
    return `path has an empty segment: ${quote(path)}`;
  }
  if (segments.includes('.') || segments.includes('..')) {
    return `path has a "." or ".." segment: ${quote(path)}`;
  }
  return path.startsWith(RESERVED_PREFIX) ? `paths below /${RESERVED_PREFIX} belong to the proxy` : undefined;
}

function decode(raw: string): string | undefined {
  if (!raw.includes('%')) {
    return raw;
  }
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

function quote(path: string): string {
  return JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}...` : path);
}
