import { type Metadata, Server, type ServerInterceptor, type ServerUnaryCall } from '@grpc/grpc-js';
import { ServerGrpc } from '@nestjs/microservices';
import { listenAddress, ListenError } from '@app/operations';
import { batchDefinition, meteredDefinition, type MessageMeter } from '@app/protocol';
import type { AgentTransport } from './agent-transport.js';

/** Answers a unary call at once. What it throws ends the call with the status UNKNOWN. */
export type PlainHandler = (request: never, metadata: Metadata) => object;

export interface AgentServerOptions {
  /** Address to listen on; empty for all. */
  readonly bindAddress: string;
  readonly port: number;
  readonly transport: AgentTransport;
  readonly interceptors: readonly ServerInterceptor[];
  /** Methods whose calls are not taken through Nest's pipes and observables, a sixth of what a short call costs. */
  readonly plainHandlers: Readonly<Record<string, PlainHandler>>;
  /** Counts the bytes of messages. */
  readonly meter: MessageMeter;
  /** Let tools ask what this server offers. */
  readonly hasReflection: boolean;
  /** Told the port once it is open. */
  readonly onListening: (port: number) => void;
}

type Service = Record<string, (call: ServerUnaryCall<never, object>, respond: Respond) => void>;
type Respond = (error: null, response: object) => void;

/** How long calls may take to end by themselves when the server closes. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Nest's gRPC transport for the package-less service, with three differences: some methods are served without Nest, the port opens
 * only when every handler is in place, and closing waits for the calls to end, but not for ever.
 */
export class AgentServer extends ServerGrpc {
  private server: Server | undefined;

  constructor(private readonly serverOptions: AgentServerOptions) {
    super({ package: '', packageDefinition: batchDefinition(meteredDefinition(serverOptions.meter)) });
  }

  override async createClient(): Promise<Server> {
    this.server = new Server({
      ...this.serverOptions.transport.channelOptions,
      interceptors: [...this.serverOptions.interceptors],
    });
    if (this.serverOptions.hasReflection) {
      const { addReflection } = await import('./reflection.js');
      addReflection(this.server);
    }
    return this.server;
  }

  override async createService(...service: Parameters<ServerGrpc['createService']>): Promise<Service> {
    const methods = (await super.createService(...service)) as Service;
    for (const [name, handler] of Object.entries(this.serverOptions.plainHandlers)) {
      methods[name] = ({ request, metadata }, respond) => respond(null, handler(request, metadata));
    }
    return methods;
  }

  override async start(callback?: () => void): Promise<void> {
    await this.bindEvents();
    this.serverOptions.onListening(await this.bind());
    callback?.();
  }

  override async close(): Promise<void> {
    const { server } = this;
    this.serverOptions.transport.close();
    if (server === undefined) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_LIMIT_MS);
      server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    server.forceShutdown();
    this.server = undefined;
  }

  private bind(): Promise<number> {
    const { bindAddress, port, transport } = this.serverOptions;
    const host = listenAddress(bindAddress);
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) => {
      this.server?.bindAsync(address, transport.credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(listenError(port, error)),
      );
    });
  }
}

function listenError(port: number, cause: Error): ListenError {
  const options = 'proxy.agent.port (--agent_port, AGENT_PORT) and proxy.agent.bindAddress';
  const why = cause.message.includes('EADDRINUSE') ? 'the port is taken' : cause.message;
  return new ListenError(`cannot listen for agents on port ${port}: ${why}; check ${options}`, { cause });
}
