import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AgentRegistryService } from './agent-registry.service.js';
import { Connections, type Connection } from './connections.js';

/**
 * The connections agents come on; a bound session ends with its own. They are known for as long as the gRPC server is
 * there: from the moment it listens until it is closed.
 */
@Injectable()
export class AgentConnections implements OnApplicationShutdown {
  private readonly connections: Connections;
  private port: number | undefined;

  constructor(registry: AgentRegistryService) {
    this.connections = new Connections(
      () => this.port,
      (connection) => registry.connectionClosed(connection),
    );
  }

  onApplicationShutdown(): void {
    this.connections.stop();
  }

  /** The gRPC server's port, once it is open. */
  get listeningPort(): number | undefined {
    return this.port;
  }

  /** Before the first agent's first call on this port. */
  listeningOn(port: number): void {
    this.port = port;
    this.connections.start();
  }

  get size(): number {
    return this.connections.size;
  }

  find(id: string): Connection | undefined {
    return this.connections.find(id);
  }
}
