import diagnosticsChannel from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Bound } from '@app/operations';

const ACCEPTED = 'net.server.socket';

export interface SocketLimits {
  /** Connections at once. */
  readonly maxOpen: number;
  /** Of these, connections over which no call was admitted yet. */
  readonly maxUnknown: number;
  /** How long a connection may stay unknown, in milliseconds. */
  readonly unknownMs: number;
}

interface Unknown {
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

/**
 * The TCP connections to one port, from the moment they are accepted.
 *
 * Whoever connects is unknown until a call of theirs was admitted, and is cut off when that takes too long. Where there are
 * too many unknown ones the oldest makes room, so that those who only connect keep nobody out who speaks at once.
 */
export class AgentSockets {
  private readonly open = new Set<Socket>();
  private readonly unknown = new Map<string, Unknown>();
  /** Of the connections at once. */
  readonly bound: Bound;
  /** Of those over which no call was admitted yet. */
  readonly unknownBound: Bound;
  private refusalCount = 0;

  /** @param localPort - asked anew for each connection: the channel that tells of them is shared by the whole process */
  constructor(
    private readonly localPort: () => number | undefined,
    private readonly limits: SocketLimits,
  ) {
    this.bound = new Bound(limits.maxOpen);
    this.unknownBound = new Bound(limits.maxUnknown);
  }

  get size(): number {
    return this.open.size;
  }

  get unknownCount(): number {
    return this.unknown.size;
  }

  /** Connections that were cut off: too many, or unknown for too long. */
  get refusals(): number {
    return this.refusalCount;
  }

  start(): void {
    diagnosticsChannel.subscribe(ACCEPTED, this.onAccepted);
  }

  stop(): void {
    diagnosticsChannel.unsubscribe(ACCEPTED, this.onAccepted);
    this.unknown.forEach(({ timer }) => clearTimeout(timer));
    this.unknown.clear();
  }

  /** A call of this peer was admitted. */
  admitted(peer: string): void {
    clearTimeout(this.unknown.get(peer)?.timer);
    this.unknown.delete(peer);
  }

  private readonly onAccepted = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    if (socket.localPort !== this.localPort()) {
      return;
    }
    if (!this.bound.admits(this.open.size + 1)) {
      this.cutOff(socket);
      return;
    }
    const peer = peerOf(socket);
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      if (this.unknown.get(peer)?.socket === socket) {
        this.admitted(peer);
      }
    });
    this.watch(socket, peer);
  };

  private watch(socket: Socket, peer: string): void {
    const [oldest] = this.unknown.values();
    if (!this.unknownBound.admits(this.unknown.size + 1) && oldest !== undefined) {
      this.cutOff(oldest.socket);
      this.admitted(peerOf(oldest.socket));
    }
    const timer = setTimeout(() => this.cutOff(socket), this.limits.unknownMs);
    this.unknown.set(peer, { socket, timer });
  }

  private cutOff(socket: Socket): void {
    this.refusalCount += 1;
    socket.destroy();
  }
}

/** `address:port` of the other end. */
export function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return remoteAddress === undefined ? 'unknown' : `${remoteAddress}:${remotePort}`;
}
