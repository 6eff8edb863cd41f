/** One series of a histogram: what was observed, by bucket. Nothing is looked up and nothing allocated to observe. */
export class Distribution {
  sum = 0;
  count = 0;
  /** Observations of each bucket alone; the last is for what is above all bounds. */
  private readonly counts: number[];

  /** @param bounds - upper bounds of the buckets, ascending, each inclusive */
  constructor(readonly bounds: readonly number[]) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) {
      bucket += 1;
    }
    counts[bucket] = (counts[bucket] as number) + 1;
    this.sum += value;
    this.count += 1;
  }

  /** How many were at or below each bound, in the order of the bounds. */
  cumulative(): number[] {
    let below = 0;
    return this.bounds.map((_bound, bucket) => (below += this.counts[bucket] as number));
  }
}
