import type { Connection } from './connections.js';

/** In the time after which a silent connection is pinged. Between two of them it may have fallen silent at any moment. */
const LOOKS = 4;

/** How connections that died without closing are found. */
export interface KeepaliveLimits {
  /** How long nothing may come over a connection before it is pinged, in milliseconds. */
  readonly silenceMs: number;
  /** How long the answer to a ping may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Cuts connections that died without closing: within both limits together after the last byte that came.
 *
 * In place of the keepalive of grpc-js, which pings each connection always. Whatever comes is a sign of life, as in the keepalive
 * of gRPC (gRFC A8): an agent that sends heartbeats is never pinged (docs/decisions/0013-stream-heartbeats.md).
 */
export class Keepalive {
  private readonly silentLooks = new WeakMap<Connection, number>();
  private interval: NodeJS.Timeout | undefined;

  /** @param connections - those that are open, asked anew for each look */
  constructor(
    private readonly connections: () => Iterable<Connection>,
    private readonly limits: KeepaliveLimits,
  ) {}

  start(): void {
    this.interval = setInterval(() => this.look(), this.limits.silenceMs / LOOKS);
  }

  stop(): void {
    clearInterval(this.interval);
  }

  private look(): void {
    for (const connection of this.connections()) {
      const silent = connection.hasReceived() ? 0 : (this.silentLooks.get(connection) ?? 0) + 1;
      this.silentLooks.set(connection, silent);
      // One that was silent for so many looks may have been so since just behind the one before.
      if (silent === LOOKS - 1) {
        void this.ping(connection);
      }
    }
  }

  private async ping(connection: Connection): Promise<void> {
    const { timeoutMs } = this.limits;
    if (!(await connection.isAlive(timeoutMs))) {
      connection.cut(`it answered no ping within ${timeoutMs / 1000}s`);
    }
  }
}
