import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls';
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { openTunnel, type Tunnel } from '../egress/tunnel.js';
import type { LinkCalls } from './link-calls.js';

type Target = Parameters<ChannelCredentials['_createSecureConnector']>[0];
type Options = Parameters<ChannelCredentials['_createSecureConnector']>[1];
type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** TLS towards a proxy that goes by `name`. */
export interface LinkTls {
  readonly context: SecureContext;
  /** Asked for in the handshake, unless it is an address (which TLS does not allow), and looked for in the certificate. */
  readonly name: string;
}

const TUNNEL_MS = 5_000;

/** How long a connection may take to end in order, in milliseconds. */
const CLOSE_MS = 1_000;

/**
 * What happens to a connection before gRPC speaks: a tunnel through an HTTP proxy, which is what was dialled then, and
 * TLS, each where there is one.
 *
 * The library's own credentials always ask for the host that is dialled, an address or not; its own tunnel takes its
 * proxy from variables of the process, writes to the console and gives no reason.
 */
export class LinkCredentials extends ChannelCredentials {
  readonly #tls: LinkTls | undefined;
  readonly #tunnel: Tunnel | undefined;
  readonly #closed: AbortSignal;
  readonly #calls: LinkCalls | undefined;

  /**
   * @param closed - aborts when the client is closed. The library goes on connecting after that when it was waiting for its
   *   next try, and keeps what comes of it.
   * @param calls - told of the connection
   */
  constructor(tls: LinkTls | undefined, tunnel: Tunnel | undefined, closed: AbortSignal, calls?: LinkCalls) {
    super();
    this.#tls = tls;
    this.#tunnel = tunnel;
    this.#closed = closed;
    this.#calls = calls;
  }

  override _isSecure(): boolean {
    return this.#tls !== undefined;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(_target: Target, _options: Options, calls?: CallCredentials): Connector {
    const stop = new AbortController();
    return {
      connect: async (socket) => {
        this.#closed.throwIfAborted();
        this.#endWithClient(socket);
        this.#calls?.add(socket);
        const through = await this.#open(socket, stop.signal);
        return this.#tls === undefined
          ? { socket: through, secure: false }
          : { socket: await encrypt(through, this.#tls), secure: true };
      },
      waitForReady: async () => this.#closed.throwIfAborted(),
      getCallCredentials: () => calls ?? CallCredentials.createEmpty(),
      destroy: () => stop.abort(),
    };
  }

  /**
   * The library ends a connection in order: HTTP/2 waits until all is written, and no more reads from a socket that it had
   * stopped to read from. Where the other side is gone meanwhile, nothing would close it.
   */
  #endWithClient(socket: Socket): void {
    const end = (): void => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
      socket.once('close', () => clearTimeout(timer));
    };
    this.#closed.addEventListener('abort', end, { once: true });
    socket.once('close', () => this.#closed.removeEventListener('abort', end));
  }

  async #open(socket: Socket, signal: AbortSignal): Promise<Socket> {
    return this.#tunnel === undefined
      ? socket
      : openTunnel(socket, { ...this.#tunnel, timeoutMs: TUNNEL_MS, signal });
  }
}

function encrypt(socket: Socket, { context, name }: LinkTls): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect(
      {
        socket,
        secureContext: context,
        ALPNProtocols: ['h2'],
        ...(isIP(name) === 0 ? { servername: name } : {}),
        checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      },
      () => resolve(secured),
    );
    secured.on('error', (error) => {
      // Damaged records end the encryption; nothing else would end the connection under it.
      secured.destroy();
      socket.destroy();
      reject(error);
    });
  });
}
