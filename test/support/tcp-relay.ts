import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Stage } from './stage.js';

interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

/** Where a relay listens. */
interface NearEnd {
  readonly host?: string;
  readonly port?: number;
}

/** One direction of a link. */
interface Lane {
  /** What waits for its time, in the order in which it came; `dueAt` is on the clock of `performance.now()`. */
  readonly held: { readonly piece: Buffer; readonly dueAt: number }[];
}

/**
 * A link between an agent and its proxy that a test can make bad: cut, stalled, slow, thin, or
 * swallowing, damaging or resetting what passes.
 * What it does to the link holds for present connections and for later ones, until `heal`.
 */
export class TcpRelay {
  #farPort: number;
  readonly #links = new Set<Link>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #server = createServer({ pauseOnConnect: true }, (near) => this.#join(near));
  #state: 'flowing' | 'stalled' | 'dropping' | 'refusing' = 'flowing';
  #delayMs = 0;
  #bytesPerSec = Infinity;
  #resetShare = 0;
  #idleMs = 0;
  #corrupts = false;
  #connectionCount = 0;

  private constructor(farPort: number) {
    this.#farPort = farPort;
  }

  /** Relay a port of the loopback interface, a free one unless given, to `farPort` until the stage is cleared. */
  static async start(stage: Stage, farPort: number, near: NearEnd = {}): Promise<TcpRelay> {
    const relay = new TcpRelay(farPort);
    const { host = '127.0.0.1', port = 0 } = near;
    await new Promise<void>((resolve) => relay.#server.listen(port, host, resolve));
    stage.atEnd(() => relay.close());
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections taken since the start. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  /** Reset every connection, and each later one at once. */
  cut(): void {
    this.#state = 'refusing';
    for (const link of this.#links) this.#reset(link);
  }

  /** Stop reading on both sides, as a dead router in between would: connections stay, nothing arrives. */
  stall(): void {
    this.#state = 'stalled';
    for (const { near, far } of this.#links) [near, far].forEach((socket) => socket.pause());
  }

  /** Stop reading what the near ends send; what the far ends send goes through. */
  stallOutward(): void {
    for (const { near } of this.#links) near.pause();
  }

  /** Read and throw away: the senders see their bytes acknowledged, nobody receives them. */
  drop(): void {
    this.#state = 'dropping';
  }

  /** Hold every piece back for this long. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Let no more bytes through, in either direction, than this. */
  throttle(bytesPerSec: number): void {
    this.#bytesPerSec = bytesPerSec;
  }

  /** Reset this share of the connections that are dialled from now on, each after its first bytes. */
  resetSome(share: number): void {
    this.#resetShare = share;
  }

  /** Reset connections over which nothing moved for this long, as load balancers do. */
  cutIdle(ms: number): void {
    this.#idleMs = ms;
    for (const link of this.#links) this.#watchIdle(link);
  }

  /** Flip a bit in every piece towards the far end. */
  corrupt(): void {
    this.#corrupts = true;
  }

  /** Send later connections elsewhere; present ones stay. */
  leadTo(farPort: number): void {
    this.#farPort = farPort;
  }

  heal(): void {
    this.#state = 'flowing';
    this.#delayMs = 0;
    this.#bytesPerSec = Infinity;
    this.#resetShare = 0;
    this.#idleMs = 0;
    this.#corrupts = false;
    for (const { near, far } of this.#links) [near, far].forEach((socket) => socket.setTimeout(0));
    for (const { near, far } of this.#links) [near, far].forEach((socket) => socket.resume());
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const timer of this.#timers) clearTimeout(timer);
    for (const link of this.#links) this.#reset(link);
    await closed;
  }

  #join(near: Socket): void {
    const far = connect(this.#farPort, '127.0.0.1');
    const link = { near, far };
    this.#connectionCount++;
    this.#links.add(link);
    this.#forward(link, near, far);
    this.#forward(link, far, near);
    if (this.#idleMs > 0) this.#watchIdle(link);
    if (this.#state === 'refusing') this.#reset(link);
    else if (this.#state !== 'stalled') near.resume();
    if (Math.random() < this.#resetShare) near.once('data', () => this.#reset(link));
  }

  #forward(link: Link, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    const lane: Lane = { held: [] };
    from.on('data', (piece: Buffer) => {
      if (Number.isFinite(this.#bytesPerSec)) this.#slow(from, piece.length);
      this.#pass(lane, to, this.#corrupts && from === link.near ? flipped(piece) : piece);
    });
    from.on('error', () => this.#reset(link));
    from.once('close', () => this.#reset(link));
  }

  #pass(lane: Lane, to: Socket, piece: Buffer): void {
    if (this.#state === 'dropping') return;
    if (this.#delayMs === 0 && lane.held.length === 0) {
      to.write(piece);
      return;
    }
    lane.held.push({ piece, dueAt: performance.now() + this.#delayMs });
    if (lane.held.length === 1) this.#release(lane, to);
  }

  /** Let each piece through at its time, and never before what came earlier, also when the delay is shorter by now. */
  #release(lane: Lane, to: Socket): void {
    const now = performance.now();
    while (lane.held[0] !== undefined && lane.held[0].dueAt <= now) {
      const { piece } = lane.held.shift()!;
      if (!to.destroyed) to.write(piece);
    }
    if (lane.held[0] === undefined) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#release(lane, to);
      },
      Math.ceil(lane.held[0].dueAt - now),
    );
    this.#timers.add(timer);
  }

  /** Read nothing more until what was read could have gone through. */
  #slow(from: Socket, bytes: number): void {
    from.pause();
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (this.#state !== 'stalled') from.resume();
      },
      (bytes / this.#bytesPerSec) * 1_000,
    );
    this.#timers.add(timer);
  }

  #watchIdle(link: Link): void {
    link.near.setTimeout(this.#idleMs, () => this.#reset(link));
  }

  #reset(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.near.resetAndDestroy();
    link.far.resetAndDestroy();
  }
}

function flipped(piece: Buffer): Buffer {
  const copy = Buffer.from(piece);
  copy.writeUInt8(copy.readUInt8(copy.length >> 1) ^ 1, copy.length >> 1);
  return copy;
}
