/** The last so many things of a kind: a new one takes the place of the oldest. */
export class Ring<T> {
  private readonly items: T[] = [];
  private next = 0;

  /** @param capacity - how many are kept; 0 keeps none */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.items.length;
  }

  push(item: T): void {
    if (this.capacity === 0) {
      return;
    }
    this.items[this.next] = item;
    this.next = (this.next + 1) % this.capacity;
  }

  newestFirst(): T[] {
    const older = this.items.slice(this.next);
    return [...older, ...this.items.slice(0, this.next)].toReversed();
  }
}
