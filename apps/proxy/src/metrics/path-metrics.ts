import { CounterFamily, type Distribution, HistogramFamily, type Tally } from '@app/operations';
import type { Registry } from 'prom-client';
import type { StageTimes } from '../scrape/stage-times.js';
import { LATENCY_BUCKETS, SIZE_BUCKETS, STAGES, type Stage } from './metric-definitions.js';

/** `encoding` of a body, in the words of prometheus-proxy. */
export type EncodingWord = 'gzipped' | 'plain';

/** The histograms and counters that have a series for each path. */
export class PathFamilies {
  readonly latency: HistogramFamily<'path' | 'outcome'>;
  readonly bytes: HistogramFamily<'path' | 'encoding'>;
  readonly stageSeconds: CounterFamily<'path' | 'stage'>;

  constructor(registry: Registry) {
    this.latency = new HistogramFamily(registry, {
      name: 'proxy_scrape_request_latency_seconds',
      help: 'Proxy scrape request latency in seconds',
      labelNames: ['path', 'outcome'],
      buckets: LATENCY_BUCKETS,
    });
    this.bytes = new HistogramFamily(registry, {
      name: 'proxy_scrape_response_bytes',
      help: 'Proxy scrape response size in bytes',
      labelNames: ['path', 'encoding'],
      buckets: SIZE_BUCKETS,
    });
    this.stageSeconds = new CounterFamily(registry, {
      name: 'proxy_path_stage_seconds_total',
      help: 'Seconds that scrapes of a path spent in each stage',
      labelNames: ['path', 'stage'],
    });
  }
}

/** The series of one path. They come to be with what they count. */
export class PathMetrics {
  private readonly latency = new Map<string, Distribution>();
  private readonly bytes = new Map<EncodingWord, Distribution>();
  private stages: Record<Stage, Tally> | undefined;

  constructor(
    private readonly families: PathFamilies,
    private readonly path: string,
  ) {}

  /** @param outcome - the word that existing dashboards know */
  took(outcome: string, secs: number): void {
    let series = this.latency.get(outcome);
    if (series === undefined) {
      series = this.families.latency.series({ path: this.path, outcome });
      this.latency.set(outcome, series);
    }
    series.observe(secs);
  }

  carried(encoding: EncodingWord, bytes: number): void {
    let series = this.bytes.get(encoding);
    if (series === undefined) {
      series = this.families.bytes.series({ path: this.path, encoding });
      this.bytes.set(encoding, series);
    }
    series.observe(bytes);
  }

  spent({ queueSecs, linkSecs, targetSecs }: StageTimes): void {
    this.stages ??= this.createStages();
    this.stages.queue.add(queueSecs);
    this.stages.link.add(linkSecs);
    this.stages.target.add(targetSecs);
  }

  /** Show none of it any more. */
  remove(): void {
    this.latency.forEach((series) => this.families.latency.remove(series));
    this.bytes.forEach((series) => this.families.bytes.remove(series));
    Object.values(this.stages ?? {}).forEach((series) => this.families.stageSeconds.remove(series));
  }

  private createStages(): Record<Stage, Tally> {
    const { path } = this;
    const series = STAGES.map((stage) => [stage, this.families.stageSeconds.series({ path, stage })]);
    return Object.fromEntries(series) as Record<Stage, Tally>;
  }
}
