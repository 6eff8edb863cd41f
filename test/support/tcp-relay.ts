import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Stage } from './stage.js';

interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A link between an agent and its proxy that a test can make bad: cut, stalled, slow, or swallowing bytes.
 * What it does to the link holds for present connections and for later ones, until `heal`.
 */
export class TcpRelay {
  readonly #farPort: number;
  readonly #links = new Set<Link>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #server = createServer({ pauseOnConnect: true }, (near) => this.#join(near));
  #state: 'flowing' | 'stalled' | 'dropping' | 'refusing' = 'flowing';
  #delayMs = 0;
  #connectionCount = 0;

  private constructor(farPort: number) {
    this.#farPort = farPort;
  }

  /** Relay a free port of the loopback interface to `farPort` until the stage is cleared. */
  static async start(stage: Stage, farPort: number): Promise<TcpRelay> {
    const relay = new TcpRelay(farPort);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
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

  /** Read and throw away: the senders see their bytes acknowledged, nobody receives them. */
  drop(): void {
    this.#state = 'dropping';
  }

  /** Hold every piece back for this long. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  heal(): void {
    this.#state = 'flowing';
    this.#delayMs = 0;
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
    if (this.#state === 'refusing') this.#reset(link);
    else if (this.#state !== 'stalled') near.resume();
  }

  #forward(link: Link, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (piece: Buffer) => this.#pass(to, piece));
    from.on('error', () => this.#reset(link));
    from.once('close', () => this.#reset(link));
  }

  #pass(to: Socket, piece: Buffer): void {
    if (this.#state === 'dropping') return;
    if (this.#delayMs === 0) {
      to.write(piece);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!to.destroyed) to.write(piece);
    }, this.#delayMs);
    this.#timers.add(timer);
  }

  #reset(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.near.resetAndDestroy();
    link.far.resetAndDestroy();
  }
}
