import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Stage } from './stage.js';

export interface HttpProxySettings {
  /** `user:password` that has to be presented; all are let through when left out. */
  readonly credentials?: string;
  /** Whether it connects on to `host:port`; true for all when left out. */
  readonly allows?: (authority: string) => boolean;
}

/** A forward proxy as they stand at the edge of networks: CONNECT, and requests with a whole URL. */
export class HttpProxy {
  /** `CONNECT host:port` and `GET http://…`, in order of arrival. */
  readonly seen: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((asked, answer) => this.#forward(asked, answer));

  private constructor(private readonly settings: HttpProxySettings) {
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('connect', (asked, socket: Socket, first) => this.#tunnel(asked, socket, first));
  }

  /** Listen on a free port until the stage is cleared. */
  static async start(stage: Stage, settings: HttpProxySettings = {}): Promise<HttpProxy> {
    const proxy = new HttpProxy(settings);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    stage.atEnd(() => proxy.#close());
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    this.seen.push(`${asked.method} ${asked.url}`);
    if (!this.#isKnown(asked)) {
      answer.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?');
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = asked.headers;
    const onward = request(asked.url ?? '', { method: asked.method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.writeHead(502).end());
    asked.pipe(onward);
  }

  #tunnel(asked: IncomingMessage, socket: Socket, first: Buffer): void {
    const authority = asked.url ?? '';
    this.seen.push(`CONNECT ${authority}`);
    const isAllowed = this.settings.allows?.(authority) ?? true;
    if (!this.#isKnown(asked) || !isAllowed) {
      const status = isAllowed ? '407 Proxy Authentication Required' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(authority) ?? [];
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(first);
      socket.pipe(onward).pipe(socket);
    });
    this.#track(onward);
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #isKnown(asked: IncomingMessage): boolean {
    const { credentials } = this.settings;
    const expected = `Basic ${Buffer.from(credentials ?? '').toString('base64')}`;
    return credentials === undefined || asked.headers['proxy-authorization'] === expected;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
