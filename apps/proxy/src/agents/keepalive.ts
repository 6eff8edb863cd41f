import type { Connection } from './connections.js';

/** How often a connection is looked at in the time that it may be silent for. */
const LOOKS = 4;
/** So many without anything: what came last may have come just behind the look before them. */
const SILENT_LOOKS = LOOKS - 1;

/** How connections that died without closing are found. */
export interface KeepaliveLimits {
  /** A connection over which nothing comes is pinged before it is silent for this long, in milliseconds; not before three quarters of it. */
  readonly silenceMs: number;
  /** How long nothing may come behind the ping, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Finds connections that died without closing: within both limits together after the last byte that came.
 *
 * In place of the keepalive of grpc-js, which pings each connection always. Whatever comes is a sign of life, as in the keepalive
 * of gRPC (gRFC A8): an agent that sends heartbeats need not be pinged (docs/decisions/0013-stream-heartbeats.md).
 */
export class Keepalive {
  private readonly silentLooks = new WeakMap<Connection, number>();
  private interval: NodeJS.Timeout | undefined;

  /**
   * @param connections - those that are open, asked anew for each look
   * @param onDead - told of each that was found dead, and why; it is to be destroyed then
   */
  constructor(
    private readonly connections: () => Iterable<Connection>,
    private readonly onDead: (connection: Connection, why: string) => void,
    private readonly limits: KeepaliveLimits,
  ) {}

  start(): void {
    this.stop();
    this.interval = setInterval(() => this.look(), this.limits.silenceMs / LOOKS);
  }

  stop(): void {
    clearInterval(this.interval);
  }

  private look(): void {
    for (const connection of this.connections()) {
      const silentLooks = connection.hasReceived() ? 0 : (this.silentLooks.get(connection) ?? 0) + 1;
      this.silentLooks.set(connection, silentLooks);
      if (silentLooks === SILENT_LOOKS) {
        void this.ping(connection);
      }
    }
  }

  /** What comes meanwhile counts, too: the answer may stand behind a body on a thin link. */
  private async ping(connection: Connection): Promise<void> {
    const { timeoutMs } = this.limits;
    const isAnswered = await connection.isAlive(timeoutMs);
    if (connection.hasReceived()) {
      this.silentLooks.set(connection, 0);
    } else if (!isAnswered && (this.silentLooks.get(connection) ?? 0) >= SILENT_LOOKS) {
      this.onDead(connection, `it answered no ping within ${timeoutMs / 1000}s`);
    }
  }
}
