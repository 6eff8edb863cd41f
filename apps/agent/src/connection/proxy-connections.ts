import type { Bound } from '@app/operations';
import type { ConnectionState, ProxyConnection } from './proxy-connection.js';

/** The connections of one agent, one for each proxy it serves. */
export class ProxyConnections {
  readonly #connections: readonly ProxyConnection[];

  /** @param inFlightBound - of the scrapes of one session that are not finished */
  constructor(
    connections: readonly ProxyConnection[],
    readonly inFlightBound: Bound,
  ) {
    this.#connections = connections;
  }

  get states(): ConnectionState[] {
    return this.#connections.map((connection) => connection.state);
  }

  /** How many serve scrapes right now. */
  get servingCount(): number {
    return this.states.filter((state) => state.kind === 'serving').length;
  }

  /** Scrapes that were asked for and are not finished. */
  get inFlightCount(): number {
    return this.#connections.reduce((sum, connection) => sum + connection.inFlightCount, 0);
  }

  start(): void {
    for (const connection of this.#connections) {
      connection.start();
    }
  }

  tick(): void {
    for (const connection of this.#connections) {
      connection.tick();
    }
  }

  async drain(graceMs: number): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.drain(graceMs)));
  }
}
