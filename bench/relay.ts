import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A link between the two programs that counts what crosses it, and can be as long as one across a continent. */
export class Relay {
  /** Bytes in both directions, without what TCP puts around them. */
  bytes = 0;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @param delayMs - for which each piece is held back, in each direction */
  static async start(farPort: number, delayMs = 0): Promise<Relay> {
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(farPort, '127.0.0.1');
      relay.#forward(near, far, delayMs);
      relay.#forward(far, near, delayMs);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = new Relay(server, sockets);
    return relay;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(from: Socket, to: Socket, delayMs: number): void {
    const pass =
      delayMs === 0 ? (send: () => void) => send() : (send: () => void) => setTimeout(send, delayMs);
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (piece) => {
      this.bytes += piece.length;
      pass(() => to.write(piece));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      pass(() => to.destroy());
    });
  }
}
