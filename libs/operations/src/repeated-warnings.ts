import type { Logger } from 'pino';

interface Repeated {
  readonly timer: NodeJS.Timeout;
  fields: object;
  message: string;
  /** Since the line that was logged last. */
  count: number;
}

const INTERVAL_MS = 60_000;
/** Warnings told apart; further ones share one count. */
const MAX_KEYS = 100;
const OTHERS = '';

/**
 * Warnings that may come again and again. The first of a kind is logged at once; then one line in a minute says how many
 * more there were (`repeated`), with the fields of the last, until a minute has passed without one. The owner must call
 * `flush` in the end.
 */
export class RepeatedWarnings {
  private readonly repeated = new Map<string, Repeated>();

  constructor(
    private readonly log: Pick<Logger, 'warn'>,
    private readonly intervalMs = INTERVAL_MS,
  ) {}

  /** @param key - the kind; what differs within one must not matter much to the reader */
  warn(key: string, fields: object, message: string): void {
    const isKnown = this.repeated.has(key) || this.repeated.size < MAX_KEYS;
    const counted = isKnown ? key : OTHERS;
    const known = this.repeated.get(counted);
    if (known === undefined) {
      this.log.warn(fields, message);
      const timer = setInterval(() => this.report(counted), this.intervalMs).unref();
      this.repeated.set(counted, { timer, fields, message, count: 0 });
    } else {
      known.count += 1;
      known.fields = fields;
      known.message = message;
    }
  }

  /** Log what was not yet, and begin anew: the next warning of any kind is a first one. */
  flush(): void {
    for (const { timer, ...last } of this.repeated.values()) {
      clearInterval(timer);
      this.say(last);
    }
    this.repeated.clear();
  }

  private report(key: string): void {
    const known = this.repeated.get(key);
    if (known === undefined || known.count === 0) {
      clearInterval(known?.timer);
      this.repeated.delete(key);
      return;
    }
    this.say(known);
    known.count = 0;
  }

  private say({ fields, message, count }: Omit<Repeated, 'timer'>): void {
    if (count > 0) {
      this.log.warn({ ...fields, repeated: count }, message);
    }
  }
}
