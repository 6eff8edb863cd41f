import type { Socket } from 'node:net';
import { SocketMeter } from '@app/operations';
import { Agent, buildConnector, Client, type Dispatcher } from 'undici';
import { connectChecked } from '../egress/checked-socket.js';
import type { Egress } from '../egress/egress.js';
import { hostAndPort } from '../egress/egress-list.js';
import type { EgressProxy } from '../egress/egress-proxy.js';
import { NameLookups } from '../egress/name-lookups.js';
import { openTunnel, reachProxy, type Tunnel, TunnelError, wordsOf } from '../egress/tunnel.js';
import type { TargetTls } from '../target-access/target-tls.js';

/** One request, as it goes to the target. */
export interface TargetMessage {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Long enough for scrapes a minute apart to share a connection. */
const KEEP_ALIVE_MS = 90_000;
const KEEP_ALIVE_MAX_MS = 300_000;

/** Every wait is bounded by the signal of the fetch, so undici's own time limits are off. */
const CLIENT_OPTIONS = {
  allowH2: false,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
} as const;

type ClientOptions = typeof CLIENT_OPTIONS & { connect: buildConnector.connector };

/**
 * Kept-alive connections to targets, direct ones and those through an HTTP proxy: plain targets are asked for at the
 * proxy by their whole URL, https targets behind a tunnel.
 */
export class TargetConnections {
  readonly #tls: TargetTls;
  readonly #egress: Egress;
  readonly #sockets: SocketMeter;
  readonly #lookups: NameLookups;
  readonly #stop = new AbortController();
  readonly #direct: ClientOptions = { ...CLIENT_OPTIONS, connect: (to, done) => this.#connect(to, done) };
  readonly #proxied: ClientOptions = { ...CLIENT_OPTIONS, connect: (to, done) => this.#reachProxy(to, done) };
  readonly #directPools = new Agent(this.#direct);
  readonly #proxyPools = new Agent(this.#proxied);
  readonly #plain = this.#metered(buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false }));
  #secure: buildConnector.connector | undefined;

  /** @param sockets - is told of each connection to a target */
  constructor(tls: TargetTls, egress: Egress, sockets = new SocketMeter(), lookups = new NameLookups()) {
    this.#lookups = lookups;
    this.#tls = tls;
    this.#egress = egress;
    this.#sockets = sockets;
  }

  /** Origins with connections that are open or being opened. */
  get originCount(): number {
    return Object.keys(this.#directPools.stats).length + Object.keys(this.#proxyPools.stats).length;
  }

  /** The proxy that a plain request to an origin is sent to, if any. */
  requestProxy(origin: string): EgressProxy | undefined {
    return origin.startsWith('http:') ? this.#egress.forTarget(origin) : undefined;
  }

  /** @param isFresh - over a connection that is made for this request, and ends with it */
  dispatch(message: TargetMessage, isFresh: boolean, handler: Dispatcher.DispatchHandler): void {
    const proxy = this.requestProxy(message.origin);
    const refusal = proxy === undefined ? undefined : this.#refusalBehindProxy(message.origin);
    if (refusal !== undefined) {
      queueMicrotask(() => handler.onResponseError?.(null as never, refusal));
      return;
    }
    const { origin, path, headers } = proxy === undefined ? message : toProxy(message, proxy);
    const pools = proxy === undefined ? this.#directPools : this.#proxyPools;
    const options = proxy === undefined ? this.#direct : this.#proxied;
    const dispatcher = isFresh ? new Client(origin, options) : pools;
    dispatcher.dispatch({ origin, path, method: 'GET', headers }, handler);
    if (isFresh) {
      void dispatcher.close();
    }
  }

  /** Take no more requests, and end when those in flight have. */
  async close(): Promise<void> {
    await Promise.all([this.#directPools.close(), this.#proxyPools.close()]);
  }

  /** Drop every connection; requests in flight fail. */
  async destroy(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#directPools.destroy(), this.#proxyPools.destroy()]);
  }

  #connect(to: buildConnector.Options, done: buildConnector.Callback): void {
    const isTls = to.protocol === 'https:';
    const authority = `${bracketed(to.hostname)}:${portOf(to)}`;
    const proxy = isTls ? this.#egress.forTarget(`https://${authority}`) : undefined;
    if (proxy === undefined) {
      void this.#connectDirect(isTls, to, done);
      return;
    }
    const refusal = this.#refusalBehindProxy(`https://${authority}`);
    if (refusal === undefined) {
      void this.#connectThrough({ proxy, authority }, to, done);
    } else {
      done(refusal, null);
    }
  }

  /** Only the name can be judged: what it stands for is the proxy's to find out. */
  #refusalBehindProxy(origin: string): Error | undefined {
    const { host, port } = hostAndPort(new URL(origin));
    return this.#egress.list.refusal({ host, port, address: undefined });
  }

  async #connectDirect(
    isTls: boolean,
    to: buildConnector.Options,
    done: buildConnector.Callback,
  ): Promise<void> {
    const host = to.hostname.replace(/^\[(.*)\]$/, '$1');
    const request = { host, port: portOf(to), timeoutMs: CONNECT_TIMEOUT_MS, resolve: this.#lookups.resolve };
    const outcome = await connectChecked(request, this.#egress.list).catch(toError);
    if (outcome instanceof Error) {
      done(outcome, null);
    } else if (isTls) {
      this.#encrypt(outcome, to, done);
    } else {
      this.#sockets.add(outcome);
      done(null, outcome);
    }
  }

  #encrypt(socket: Socket, to: buildConnector.Options, done: buildConnector.Callback): void {
    try {
      this.#secured({ ...to, httpSocket: socket }, done);
    } catch (error) {
      socket.destroy();
      done(toError(error), null);
    }
  }

  async #connectThrough(
    tunnel: Tunnel,
    to: buildConnector.Options,
    done: buildConnector.Callback,
  ): Promise<void> {
    const outcome = await this.#tunnel(tunnel);
    if (outcome instanceof Error) {
      done(outcome, null);
      return;
    }
    this.#encrypt(outcome, to, done);
  }

  async #tunnel(tunnel: Tunnel): Promise<Socket | Error> {
    const request = { ...tunnel, timeoutMs: CONNECT_TIMEOUT_MS, signal: this.#stop.signal };
    try {
      return await openTunnel(await reachProxy(request), request);
    } catch (error) {
      return toError(error);
    }
  }

  #reachProxy(to: buildConnector.Options, done: buildConnector.Callback): void {
    this.#plain(to, (error, socket) => {
      if (error === null) {
        done(null, socket);
      } else {
        const words = `the HTTP proxy ${bracketed(to.hostname)}:${to.port || 80} cannot be reached: ${wordsOf(error)}`;
        done(new TunnelError(words, { cause: error }), null);
      }
    });
  }

  #metered(connect: buildConnector.connector): buildConnector.connector {
    return (to, done) =>
      connect(to, (...outcome) => {
        const [error, socket] = outcome;
        if (error === null) {
          this.#sockets.add(socket);
        }
        done(...outcome);
      });
  }

  get #secured(): buildConnector.connector {
    this.#secure ??= this.#metered(
      buildConnector({
        timeout: CONNECT_TIMEOUT_MS,
        allowH2: false,
        secureContext: this.#tls.context,
        rejectUnauthorized: !this.#tls.isEveryoneTrusted,
      }),
    );
    return this.#secure;
  }
}

function toProxy({ origin, path, headers }: TargetMessage, proxy: EgressProxy): TargetMessage {
  return {
    origin: `http://${bracketed(proxy.host)}:${proxy.port}`,
    path: `${origin}${path}`,
    headers: {
      ...headers,
      host: new URL(origin).host,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  };
}

const portOf = ({ protocol, port }: buildConnector.Options): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
