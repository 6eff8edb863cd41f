/** How many slots there are at first; a power of two, as ever. */
const FIRST_SLOTS = 64;

/**
 * Entries by ids, which are numbers that are given here, each once, in rising order; for what comes and goes with every scrape.
 *
 * A Map would do, and costs more than it looks: V8 makes its table anew every time as many entries have come as there is room
 * for, and each old table refers to the next. Once one of them has grown old, all that follow, and what is in them, outlive
 * every young collection. Here an entry that has left leaves nothing behind.
 */
export class NumberedSlots<T extends { readonly id: number }> {
  #slots: (T | undefined)[] = emptySlots(FIRST_SLOTS);
  #size = 0;
  #next = 1;

  get size(): number {
    return this.#size;
  }

  /** Put in what `make` makes of the id it gets. */
  add(make: (id: number) => T): T {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    // An id whose slot is taken, by one that is here for long, is passed over.
    while (this.#slots[this.#slotOf(this.#next)] !== undefined) this.#next += 1;
    const id = this.#next;
    this.#next += 1;
    const entry = make(id);
    this.#slots[this.#slotOf(id)] = entry;
    this.#size += 1;
    return entry;
  }

  get(id: number): T | undefined {
    const entry = this.#slots[this.#slotOf(id)];
    return entry?.id === id ? entry : undefined;
  }

  /** Nothing happens when it is not there. */
  delete(id: number): void {
    if (this.get(id) !== undefined) {
      this.#slots[this.#slotOf(id)] = undefined;
      this.#size -= 1;
    }
  }

  /** What is there now; entries may come and go meanwhile. */
  values(): T[] {
    return this.#slots.filter((entry) => entry !== undefined);
  }

  #slotOf(id: number): number {
    return id % this.#slots.length;
  }

  #grow(): void {
    const entries = this.#slots;
    this.#slots = emptySlots(entries.length * 2);
    for (const entry of entries) {
      if (entry !== undefined) this.#slots[this.#slotOf(entry.id)] = entry;
    }
  }
}

function emptySlots(count: number): undefined[] {
  return Array.from({ length: count });
}
