import type { Server } from 'node:http';

/** The connections to the scrape port: at most `max`, one more is closed at once. */
export class ScraperConnections {
  private openCount = 0;
  private refusalCount = 0;

  constructor(private readonly max: number) {}

  get size(): number {
    return this.openCount;
  }

  /** Connections that were closed because there were too many. */
  get refusals(): number {
    return this.refusalCount;
  }

  /** Bound and count the connections of this server; before it listens. */
  watch(server: Server): void {
    server.maxConnections = this.max;
    server.on('drop', () => (this.refusalCount += 1));
    server.on('connection', (socket) => {
      this.openCount += 1;
      socket.once('close', () => (this.openCount -= 1));
    });
  }
}
