import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls';
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';

type Target = Parameters<ChannelCredentials['_createSecureConnector']>[0];
type Options = Parameters<ChannelCredentials['_createSecureConnector']>[1];
type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * TLS towards a proxy that goes by `name`: asked for in the handshake, unless it is an address (which TLS does not
 * allow), and looked for in the certificate.
 *
 * The library's own credentials always ask for the host that is dialled, an address or not.
 */
export class LinkCredentials extends ChannelCredentials {
  readonly #context: SecureContext;
  readonly #name: string;

  constructor(context: SecureContext, name: string) {
    super();
    this.#context = context;
    this.#name = name;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(_target: Target, _options: Options, calls?: CallCredentials): Connector {
    return {
      connect: async (socket) => ({ socket: await this.#secure(socket), secure: true }),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => calls ?? CallCredentials.createEmpty(),
      destroy: () => undefined,
    };
  }

  #secure(socket: Socket): Promise<TLSSocket> {
    const name = this.#name;
    return new Promise((resolve, reject) => {
      const secured = connect(
        {
          socket,
          secureContext: this.#context,
          ALPNProtocols: ['h2'],
          ...(isIP(name) === 0 ? { servername: name } : {}),
          checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
        },
        () => resolve(secured),
      );
      secured.on('error', reject);
    });
  }
}
