import type { ChannelOptions } from '@grpc/grpc-js';
import { isIPv6 } from 'node:net';
import { MessageMeter } from '@app/protocol';
import { formatEndpoint, type ProxyEndpoint } from '../config/proxy-endpoints.js';
import { Egress } from '../egress/egress.js';
import type { LinkCalls } from './link-calls.js';
import type { LinkSecrets } from './link-secrets.js';
import type { PeerWords } from './peer-words.js';
import { findAddresses } from './proxy-addresses.js';
import { GrpcProxyClient } from './proxy-client.js';
import type { ProxyClient } from './proxy-port.js';

/** One way to a proxy: a client of its own for one address. */
export type Route = () => ProxyClient;

export interface DialOptions {
  /** Ask for sessions that are not bound to a connection. */
  isUnbound: boolean;
  /** How long a single call may take, in milliseconds; 0 means no limit. */
  unaryDeadlineMs: number;
  /** Asked for in place of the host that is dialled; empty means that host. */
  overrideAuthority: string;
  /** How HTTP/2 pings are sent. */
  keepalive: ChannelOptions;
}

/** Finds the ways to a proxy, anew each time: its addresses, the token and the certificates. */
export class ProxyDialer {
  readonly #options: DialOptions;
  readonly #secrets: LinkSecrets;
  readonly #egress: Egress;
  readonly #meter: MessageMeter;
  readonly #words: PeerWords;
  readonly #calls: LinkCalls | undefined;

  constructor(
    options: DialOptions,
    secrets: LinkSecrets,
    words: PeerWords,
    egress = Egress.none,
    meter = new MessageMeter(),
    calls?: LinkCalls,
  ) {
    this.#options = options;
    this.#secrets = secrets;
    this.#egress = egress;
    this.#meter = meter;
    this.#words = words;
    this.#calls = calls;
  }

  /**
   * One for each address that the proxy's name has, to be tried in order; or in words why there is none. Behind an HTTP
   * proxy it is that one's name which is looked up.
   */
  async routes(endpoint: ProxyEndpoint, signal: AbortSignal): Promise<readonly Route[] | string> {
    const proxy = this.#egress.forLink(endpoint);
    const dialled = proxy ?? endpoint;
    const [addresses, secrets] = await Promise.all([
      findAddresses(dialled.host, signal),
      this.#secrets.read(),
    ]);
    if (typeof addresses === 'string') {
      return addresses;
    }
    const { overrideAuthority, isUnbound, unaryDeadlineMs, keepalive } = this.#options;
    const authority = overrideAuthority === '' ? formatEndpoint(endpoint) : overrideAuthority;
    const tls = secrets.certificates && {
      ...secrets.certificates,
      name: overrideAuthority === '' ? endpoint.host : hostOf(overrideAuthority),
    };
    const tunnel = proxy && { proxy, authority: formatEndpoint(endpoint) };
    const link = { authority, tls, tunnel, token: secrets.token, keepalive, meter: this.#meter };
    const common = { ...link, isUnbound, unaryDeadlineMs, words: this.#words, calls: this.#calls };
    return addresses.map(
      (address) => () => new GrpcProxyClient({ ...common, target: toTarget(address, dialled.port) }),
    );
  }
}

function toTarget(address: string, port: number): string {
  return isIPv6(address) ? `ipv6:[${address}]:${port}` : `ipv4:${address}:${port}`;
}

/** An authority may name a port, which no certificate does. */
export function hostOf(authority: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(authority)?.[1] ?? authority.replace(/^([^:]*):\d+$/, '$1');
}
