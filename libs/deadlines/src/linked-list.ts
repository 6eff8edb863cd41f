/**
 * What comes in order and leaves from anywhere, for what comes and goes with every scrape.
 *
 * A Set would do, and costs more than it looks: V8 makes its table anew each time as many have come as there is room for, and
 * each old table refers to the next. Once one has grown old, all that follow and what is in them outlive every young
 * collection. Here what has left is held by nothing.
 */
export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one that has been here for longest. */
  get first(): T | undefined {
    return this.#first?.value;
  }

  /** Put a value at the end; it leaves by `remove`. */
  add(value: T): Link<T> {
    const link: Link<T> = { value, list: this, previous: this.#last, next: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    this.#size += 1;
    return link;
  }

  /** Take out the first. */
  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first?.value;
  }

  /** Whether it was here. */
  remove(link: Link<T>): boolean {
    if (link.list !== this) return false;
    const { previous, next } = link;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    link.list = undefined;
    link.previous = undefined;
    link.next = undefined;
    this.#size -= 1;
    return true;
  }
}

/** A place in a list. */
export interface Link<T> {
  readonly value: T;
  list: LinkedList<T> | undefined;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;
}
