import type { Server } from 'node:http';
import { Bound, SocketMeter } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';

/** What Node calls a request head that is larger than it takes. */
export const HEAD_TOO_LARGE = 'HPE_HEADER_OVERFLOW';

type ScraperLimits = Pick<
  ProxyOptions['limits'],
  'maxScraperConnections' | 'maxRequestHeadBytes' | 'maxQueryLength'
>;

/** The connections to the scrape port: at most so many, one more is closed at once; and how large requests may be. */
export class ScraperConnections {
  readonly bound: Bound;
  /** Of the bytes in the head of a request. */
  readonly headBound: Bound;
  /** Of the characters in a query. */
  readonly queryBound: Bound;
  readonly meter = new SocketMeter();

  constructor(limits: ScraperLimits) {
    this.bound = new Bound(limits.maxScraperConnections);
    this.headBound = new Bound(limits.maxRequestHeadBytes);
    this.queryBound = new Bound(limits.maxQueryLength);
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
    server.on('clientError', ({ code }: NodeJS.ErrnoException) => {
      if (code === HEAD_TOO_LARGE) this.headBound.reached.add();
    });
    server.on('connection', (socket) => this.meter.add(socket));
  }
}
