import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A real HTTP server that plays the target and remembers who asked. */
export class TestTarget {
  readonly requests: IncomingMessage[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections that were ever made. */
  connectionCount = 0;
  /** Requests whose connection closed before they were answered. */
  brokenCount = 0;
  /** The most requests that were ever open at once. */
  mostAtOnce = 0;
  readonly #server: Server;
  #openCount = 0;

  private constructor(handler: RequestListener) {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      this.#openCount += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#openCount);
      response.on('close', () => {
        this.#openCount -= 1;
        this.brokenCount += response.writableFinished ? 0 : 1;
      });
      handler(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.connectionCount += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(handler: RequestListener, port = 0): Promise<TestTarget> {
    const target = new TestTarget(handler);
    await new Promise<void>((resolve) => target.#server.listen(port, '127.0.0.1', resolve));
    return target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get openCount(): number {
    return this.#openCount;
  }

  url(path = '/metrics'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
