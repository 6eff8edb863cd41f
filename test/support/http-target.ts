import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Stage } from './stage.js';

/** What a target does with one request. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** One request as the target saw it. */
export interface SeenRequest {
  readonly path: string;
  /** As it stood in the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** `hung up`: the client closed the connection before the answer was whole. */
  fate: 'open' | 'answered' | 'hung up';
}

/** A real HTTP server with a behaviour per path; anything else is a plain 404. */
export class HttpTarget {
  readonly seen: SeenRequest[] = [];
  readonly #behaviours: Map<string, Behaviour>;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => this.#serve(request, response));
  #connectionCount = 0;

  private constructor(behaviours: Readonly<Record<string, Behaviour>>) {
    this.#behaviours = new Map(Object.entries(behaviours));
    this.#server.on('connection', (socket) => this.#track(socket));
  }

  /** Listen on a free port until the stage is cleared. Keys of `behaviours` begin with a slash. */
  static async start(stage: Stage, behaviours: Readonly<Record<string, Behaviour>>): Promise<HttpTarget> {
    const target = new HttpTarget(behaviours);
    await new Promise<void>((resolve) => target.#server.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => target.close());
    return target;
  }

  /** Connections accepted since the start. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  requestsFor(path: string): SeenRequest[] {
    return this.seen.filter((request) => request.path === path);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    const seen: SeenRequest = { path: url.split('?')[0] ?? '', url, headers: request.headers, fate: 'open' };
    this.seen.push(seen);
    response.on('close', () => (seen.fate = response.writableFinished ? 'answered' : 'hung up'));
    const behaviour = this.#behaviours.get(seen.path);
    if (behaviour) behaviour(request, response);
    else response.writeHead(404).end('no such page\n');
  }

  #track(socket: Socket): void {
    this.#connectionCount++;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
  }
}
