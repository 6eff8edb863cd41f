import { displayValue } from '@app/config';

/** One proxy an agent can dial. An IPv6 address stands without its brackets. */
export interface ProxyEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Where the endpoints come from: a list given as one text replaces what the file says. */
export interface EndpointSources {
  /** Of a flag or an environment variable; entries without a port get 50051, whatever the file says. */
  readonly list?: string;
  readonly endpoints: readonly string[];
  readonly hostname: string;
  /** For entries of the file that name no port. */
  readonly port: number;
}

export type EndpointsOutcome =
  | { readonly kind: 'ok'; readonly endpoints: readonly ProxyEndpoint[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const DEFAULT_PORT = 50_051;

/** The proxies to try, in order of preference: one source only, duplicates kept. A broken entry is never skipped. */
export function resolveEndpoints(sources: EndpointSources): EndpointsOutcome {
  if (sources.list !== undefined) {
    return parseEntries(splitList(sources.list), DEFAULT_PORT);
  }
  if (sources.endpoints.length > 0) {
    return parseEntries(sources.endpoints, sources.port);
  }
  return parseEntries(splitList(sources.hostname), sources.port);
}

/** As logs, pages and the proxy see it: `host:port`, an IPv6 address in brackets. */
export function formatEndpoint(endpoint: ProxyEndpoint): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${host}:${endpoint.port}`;
}

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function parseEntries(entries: readonly string[], defaultPort: number): EndpointsOutcome {
  if (entries.length === 0) {
    return { kind: 'invalid', problems: ['names no proxy; at least one host or host:port is needed'] };
  }
  const parsed = entries.map((entry) => parseEntry(entry, defaultPort));
  const problems = parsed.filter((outcome) => typeof outcome === 'string');
  if (problems.length > 0) {
    return { kind: 'invalid', problems };
  }
  return { kind: 'ok', endpoints: parsed.filter((outcome) => typeof outcome !== 'string') };
}

function parseEntry(entry: string, defaultPort: number): ProxyEndpoint | string {
  const bare = entry.trim().replace(/^https?:\/\//i, '');
  const [host, portText] = splitHostPort(bare);
  if (host === undefined || host === '' || /[\s/?#@[\]]/.test(host)) {
    return `${displayValue(entry)} is no endpoint; allowed: host, host:port, [IPv6], [IPv6]:port`;
  }
  const port = portText === undefined ? defaultPort : Number(portText);
  if (portText !== undefined && (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535)) {
    return `${displayValue(entry)} has no usable port; allowed: 1 to 65535`;
  }
  return { host, port };
}

function splitHostPort(text: string): [host: string | undefined, port: string | undefined] {
  if (text.startsWith('[')) {
    const match = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
    return [match?.[1], match?.[2]];
  }
  const colon = text.indexOf(':');
  if (colon === -1 || text.includes(':', colon + 1)) {
    return [text, undefined];
  }
  return [text.slice(0, colon), text.slice(colon + 1)];
}
