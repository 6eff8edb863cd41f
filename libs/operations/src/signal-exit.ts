import type { Logger } from 'pino';

/**
 * Ends a program on SIGTERM and SIGINT: the first signal leaves in order and exits 0, a second one ends it at once
 * with 1. A signal that comes while the program still starts is kept until it can leave.
 *
 * For a program's own entry point only: whoever embeds a proxy or an agent decides about signals.
 */
export class SignalExit {
  private leave: (() => Promise<void>) | undefined;
  private signal: NodeJS.Signals | undefined;

  constructor(private readonly log: Logger) {
    process.on('SIGTERM', (signal) => this.onSignal(signal));
    process.on('SIGINT', (signal) => this.onSignal(signal));
  }

  /** From now on the program can leave in order. */
  ready(leave: () => Promise<void>): void {
    this.leave = leave;
    if (this.signal !== undefined) {
      this.leaveNow(leave);
    }
  }

  private onSignal(signal: NodeJS.Signals): void {
    if (this.signal !== undefined) {
      process.exit(1);
    }
    this.signal = signal;
    this.log.info({ signal }, 'shutting down');
    if (this.leave !== undefined) {
      this.leaveNow(this.leave);
    }
  }

  private leaveNow(leave: () => Promise<void>): void {
    leave().then(
      () => process.exit(0),
      (error: unknown) => {
        this.log.fatal({ err: error }, 'shutting down failed');
        process.exit(1);
      },
    );
  }
}
