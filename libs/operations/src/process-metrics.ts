import { readdirSync } from 'node:fs';
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import type { Distribution } from './distribution.js';
import { HistogramFamily, ReadFamily, showCounter, showGauge } from './metric-families.js';

const NANOSECONDS = 1e9;
const DELAY_RESOLUTION_MS = 10;
const GC_BUCKETS = [0.001, 0.01, 0.1, 1, 2, 5];

/** Entries of the kind `gc`, which the declarations leave without their detail. */
interface GcEntry {
  readonly duration: number;
  readonly detail: { readonly kind: number };
}

const GC_KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * What Node.js and the operating system say of the process, under the names of prom-client's default metrics.
 *
 * Those defaults start a timer and an observer that nobody can stop, and call gauges `…_total`; these end with their
 * application.
 */
export class ProcessMetrics {
  private readonly delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  private readonly gc: PerformanceObserver;
  private readonly gcByKind: ReadonlyMap<number, Distribution>;

  constructor(private readonly registry: Registry) {
    const pauses = new HistogramFamily(registry, {
      name: 'nodejs_gc_duration_seconds',
      help: 'Pauses for garbage collection, by kind',
      labelNames: ['kind'],
      buckets: GC_BUCKETS,
    });
    this.gcByKind = new Map([...GC_KINDS].map(([code, kind]) => [code, pauses.series({ kind })]));
    this.gc = new PerformanceObserver((list) => {
      for (const { detail, duration } of list.getEntries() as unknown as GcEntry[]) {
        this.gcByKind.get(detail.kind)?.observe(duration / 1000);
      }
    });
    this.gc.observe({ entryTypes: ['gc'] });
    this.delay.enable();
    this.showProcess();
    this.showResources();
    this.showEventLoop();
    this.showHeap();
  }

  stop(): void {
    this.delay.disable();
    this.gc.disconnect();
  }

  private showProcess(): void {
    this.counter('process_cpu_user_seconds_total', 'User CPU time', () => process.cpuUsage().user / 1e6);
    this.counter(
      'process_cpu_system_seconds_total',
      'System CPU time',
      () => process.cpuUsage().system / 1e6,
    );
    this.counter('process_cpu_seconds_total', 'User and system CPU time', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    const startedAt = Date.now() / 1000 - process.uptime();
    this.gauge('process_start_time_seconds', 'When the process started', () => startedAt);
    this.gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
    if (process.platform === 'linux') {
      this.gauge(
        'process_open_fds',
        'Open file descriptors',
        // The listing itself is one.
        () => readdirSync('/proc/self/fd').length - 1,
      );
    }
  }

  private showResources(): void {
    const options = {
      name: 'nodejs_active_resources',
      help: 'Timers, sockets and whatever else keeps the process alive, by type',
      labelNames: ['type'] as const,
    };
    void new ReadFamily(this.registry, 'gauge', options, () => {
      const counts = Map.groupBy(process.getActiveResourcesInfo(), (type) => type);
      return [...counts].map(([type, all]) => ({ labels: { type }, value: all.length }));
    });
  }

  private showEventLoop(): void {
    const percentile = (name: string, percent: number): void =>
      this.gauge(
        `nodejs_eventloop_lag_${name}_seconds`,
        `Delay of the event loop since the last scrape, ${name}`,
        () => seconds(this.delay.percentile(percent)),
      );
    percentile('p50', 50);
    percentile('p90', 90);
    percentile('p99', 99);
    this.gauge(
      'nodejs_eventloop_lag_max_seconds',
      'Largest delay of the event loop since the last scrape',
      () => {
        const max = seconds(this.delay.max);
        // The last of them to be read.
        this.delay.reset();
        return max;
      },
    );
    this.counter(
      'nodejs_eventloop_active_seconds_total',
      'Time the event loop was not idle',
      () => performance.eventLoopUtilization().active / 1000,
    );
  }

  private showHeap(): void {
    const heap = (name: string, help: string, key: 'heapUsed' | 'heapTotal' | 'external'): void =>
      this.gauge(`nodejs_${name}_bytes`, help, () => process.memoryUsage()[key]);
    heap('heap_size_used', 'Heap in use', 'heapUsed');
    heap('heap_size_total', 'Heap that is reserved', 'heapTotal');
    heap('external_memory', 'Memory outside the heap, buffers above all', 'external');
  }

  private counter(name: string, help: string, read: () => number): void {
    showCounter(this.registry, name, help, read);
  }

  private gauge(name: string, help: string, read: () => number): void {
    showGauge(this.registry, name, help, read);
  }
}

/** Nothing was measured yet: zero, as prom-client says, not NaN. */
function seconds(nanoseconds: number): number {
  const value = nanoseconds / NANOSECONDS;
  return Number.isFinite(value) && value < 1e6 ? value : 0;
}
