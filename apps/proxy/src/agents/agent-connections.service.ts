import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AgentRegistryService } from './agent-registry.service.js';
import { Connections, type Connection } from './connections.js';

/** The connections agents come on; a bound session ends with its own. */
@Injectable()
export class AgentConnections implements OnModuleInit, OnModuleDestroy {
  private readonly connections: Connections;
  private port: number | undefined;

  constructor(registry: AgentRegistryService) {
    this.connections = new Connections(
      () => this.port,
      (connection) => registry.connectionClosed(connection),
    );
  }

  onModuleInit(): void {
    this.connections.start();
  }

  onModuleDestroy(): void {
    this.connections.stop();
  }

  /** The gRPC server's port, once it is open. */
  get listeningPort(): number | undefined {
    return this.port;
  }

  listeningOn(port: number): void {
    this.port = port;
  }

  get size(): number {
    return this.connections.size;
  }

  find(id: string): Connection | undefined {
    return this.connections.find(id);
  }
}
