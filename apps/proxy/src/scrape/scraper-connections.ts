import type { Server } from 'node:http';
import { Bound, SocketMeter } from '@app/operations';

/** The connections to the scrape port: at most so many, one more is closed at once. */
export class ScraperConnections {
  readonly bound: Bound;
  readonly meter = new SocketMeter();

  constructor(max: number) {
    this.bound = new Bound(max);
  }

  get size(): number {
    return this.meter.openCount;
  }

  /** Connections that were closed because there were too many. */
  get refusals(): number {
    return this.bound.reached.value;
  }

  /** Bound and count the connections of this server; before it listens. */
  watch(server: Server): void {
    server.maxConnections = this.bound.limit;
    server.on('drop', () => this.bound.reached.add());
    server.on('connection', (socket) => this.meter.add(socket));
  }
}
