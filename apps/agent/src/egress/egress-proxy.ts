/** An HTTP proxy on the way out. */
export interface EgressProxy {
  /** An IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
  /** For `Proxy-Authorization`, undefined where its URL has no user. */
  readonly authorization: string | undefined;
  /** Host and port, for words. */
  readonly shown: string;
}

export type EgressProxyOutcome = { kind: 'ok'; proxy: EgressProxy } | { kind: 'invalid'; reason: string };

const DEFAULT_PORT = 80;

/** Take the URL of an HTTP proxy apart. `host:port` alone will do; reasons never hold its user and password. */
export function parseEgressProxy(text: string): EgressProxyOutcome {
  const written = text.trim();
  const withScheme = written.includes('://') ? written : `http://${written}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || url.protocol !== 'http:' || url.hostname === '') {
    return {
      kind: 'invalid',
      reason: 'must be http://host:port, with user:password@ where it asks for them',
    };
  }
  const authorization = basicAuthorization(url);
  if (authorization === 'undecodable') {
    return { kind: 'invalid', reason: 'user or password are not percent-encoded' };
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return { kind: 'ok', proxy: { host, port, authorization, shown: `${url.hostname}:${port}` } };
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') {
    return undefined;
  }
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
  } catch {
    return 'undecodable';
  }
}
