import { Counter, Gauge, type Registry } from 'prom-client';
import type { BaseStore } from '@app/delta';

/** What bodies save on the link by travelling as differences, and what is kept for that. Once per registry. */
export class DeltaMetrics {
  private readonly coded: Counter.Internal;
  private readonly whole: Counter.Internal;
  private readonly mismatches: Counter.Internal;
  private readonly saved: Counter.Internal;

  constructor(
    private readonly registry: Registry,
    bases: BaseStore,
  ) {
    const bodies = this.counter('proxy_delta_bodies_total', 'Bodies that came as zstd frames', ['base']);
    this.coded = bodies.labels({ base: 'hit' });
    this.whole = bodies.labels({ base: 'miss' });
    this.mismatches = this.counter(
      'proxy_delta_mismatches_total',
      'Frames that did not fit and were asked for again',
    ).labels();
    this.saved = this.counter(
      'proxy_delta_saved_bytes_total',
      'Bytes of bodies that did not travel because of their frames',
    ).labels();
    [this.coded, this.whole, this.mismatches, this.saved].forEach((child) => child.inc(0));
    this.gauge('proxy_delta_base_bytes', 'Bytes of bodies kept as bases', () => bases.usedBytes);
    this.gauge('proxy_delta_bases', 'Bodies kept as bases', () => bases.count);
    this.evictions(bases);
  }

  /** @param savedBytes - how much larger the body is than its frame */
  decoded(hadBase: boolean, savedBytes: number): void {
    (hadBase ? this.coded : this.whole).inc();
    this.saved.inc(Math.max(0, savedBytes));
  }

  mismatched(): void {
    this.mismatches.inc();
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    void new Gauge({ name, help, registers: [this.registry], collect });
  }

  private evictions(bases: BaseStore): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(bases.evictionCount);
    };
    const name = 'proxy_delta_evictions_total';
    void new Counter({ name, help: 'Bases that made room for others', registers: [this.registry], collect });
  }
}
