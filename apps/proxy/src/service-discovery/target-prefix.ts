/** How scrapers reach the proxy, as Prometheus takes it. */
export interface ScrapeAddress {
  /** `host:port`, without scheme or slash: Prometheus drops any other target. */
  readonly target: string;
  readonly scheme: 'http' | 'https';
}

/**
 * The address in a target prefix, which may have a scheme, a missing port and a slash at the end.
 *
 * @returns undefined when it is none
 */
export function parseTargetPrefix(prefix: string): ScrapeAddress | undefined {
  const text = prefix.trim();
  const url = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) {
    return undefined;
  }
  const { protocol, hostname, port, pathname, search, username } = new URL(url);
  if (hostname === '' || pathname !== '/' || search !== '' || username !== '') {
    return undefined;
  }
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const defaultPort = scheme === 'https' ? '443' : '80';
  return { target: `${hostname}:${port === '' ? defaultPort : port}`, scheme };
}

/** The configured path of the discovery document, without its leading slashes. */
export function discoveryPath(path: string): string {
  return path.trim().replace(/^\/+/, '');
}
