import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Bound, PartialMessages } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { PROXY_OPTIONS } from '../proxy-tokens.js';
import { AgentRegistryService } from './agent-registry.service.js';
import { AgentSockets } from './agent-sockets.js';
import { Connections, type Connection } from './connections.js';
import { Keepalive } from './keepalive.js';
import { RefusalLog } from './refusal-log.service.js';

const MEBIBYTE = 1024 * 1024;

/**
 * The connections agents come on; a bound session ends with its own. They are known for as long as the gRPC server is
 * there: from the moment it listens until it is closed.
 */
@Injectable()
export class AgentConnections implements OnApplicationShutdown {
  /** From the moment they are accepted, before anybody spoke HTTP/2 over them. */
  readonly sockets: AgentSockets;
  private readonly connections: Connections;
  private readonly keepalive: Keepalive;
  private port: number | undefined;

  constructor(
    registry: AgentRegistryService,
    @Inject(PROXY_OPTIONS) { limits, grpc }: ProxyOptions,
    refusals: RefusalLog,
  ) {
    this.sockets = new AgentSockets(() => this.port, {
      maxOpen: limits.maxAgentConnections,
      maxUnknown: limits.maxUnknownConnections,
      unknownMs:
        1000 * (grpc.handshakeTimeoutSecs === -1 ? limits.unknownConnectionSecs : grpc.handshakeTimeoutSecs),
    });
    this.connections = new Connections(
      () => this.port,
      (connection) => registry.connectionClosed(connection),
      {
        maxCalls: limits.maxCallsPerConnection,
        maxPartialBytes: limits.partialMessageMBytes * MEBIBYTE,
        onShort: (peer) =>
          refusals.refused(peer, 'its message was on its way for longest when there was no room for more'),
      },
    );
    this.keepalive = new Keepalive(
      () => this.connections.list(),
      (connection, why) => {
        // Ahead of its streams, which end without knowing why.
        registry.connectionClosed(connection, why);
        connection.destroy();
      },
      { silenceMs: grpc.keepAliveTimeSecs * 1000, timeoutMs: grpc.keepAliveTimeoutSecs * 1000 },
    );
  }

  onApplicationShutdown(): void {
    this.keepalive.stop();
    this.connections.stop();
    this.sockets.stop();
  }

  /** The gRPC server's port, once it is open. */
  get listeningPort(): number | undefined {
    return this.port;
  }

  /** Before the first agent's first call on this port. */
  listeningOn(port: number): void {
    this.port = port;
    this.connections.start();
    this.sockets.start();
    this.keepalive.start();
  }

  get size(): number {
    return this.connections.size;
  }

  /** Calls that are open, over all connections. */
  get callCount(): number {
    return this.connections.callCount;
  }

  /** Of the calls on one connection. */
  get callBound(): Bound {
    return this.connections.callBound;
  }

  /** What arrived of messages that are not complete. */
  get partialMessages(): PartialMessages {
    return this.connections.partialMessages;
  }

  find(id: string): Connection | undefined {
    return this.connections.find(id);
  }

  /** A call on this connection was admitted: whoever is there counts as an agent. */
  admitted(id: string): void {
    const connection = this.connections.find(id);
    if (connection !== undefined && !connection.isAdmitted) {
      connection.isAdmitted = true;
      this.sockets.admitted(connection.peer);
    }
  }
}
