import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { RepeatedWarnings } from '@app/operations';

/** Calls that were refused at the door: one line for each address, then their number once a minute. */
@Injectable()
export class RefusalLog implements OnApplicationShutdown {
  private readonly warnings: RepeatedWarnings;

  constructor(log: PinoLogger) {
    this.warnings = new RepeatedWarnings(log);
  }

  onApplicationShutdown(): void {
    this.warnings.flush();
  }

  /** @param peer - `address:port`; undefined when the connection is gone already */
  refused(peer: string | undefined, why: string): void {
    const address = peer?.replace(/:\d+$/, '') ?? 'unknown';
    this.warnings.warn(`${address} ${why}`, { address, why }, 'a call was refused');
  }
}
