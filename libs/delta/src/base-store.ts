/** A body that both ends of a link may hold. */
export interface Base {
  /** See `bodyId`. */
  readonly id: string;
  /** Without any encoding; never changed, but empty once they are let go. */
  readonly bytes: Buffer;
  /** The target's, verbatim. */
  readonly contentType: string;
}

/** Bases that stay in memory until they are given back, once. */
export interface Loan {
  /** Newest first. */
  readonly bases: readonly Base[];
  giveBack(): void;
}

/**
 * Say that whoever gave a body to keep reads its bytes no more, not even their length.
 *
 * @param isUsedUp - nor does anything that it gave them to, the system and other threads included; else they are never let go
 */
export type ReadOut = (isUsedUp: boolean) => void;

interface HeldBase {
  readonly base: Base;
  loanCount: number;
  isShelved: boolean;
  /** By whoever gave it. */
  isBeingRead: boolean;
}

/** The bases of one key of one owner, newest first. */
interface Shelf {
  readonly owner: object;
  readonly key: string;
  held: HeldBase[];
}

/** What keeping a base costs beside its bytes, about, in bytes: so that many small ones are bounded, too. */
const OVERHEAD_BYTES = 512;

/**
 * Bodies kept as bases for later ones, within a bound in bytes: what was not used for longest goes first.
 *
 * They belong to an owner (a session), whose end drops them all. What is on loan is never evicted and counts until it is
 * given back, so a base that was promised to a peer is there when its answer comes.
 */
export class BaseStore {
  readonly #maxBytes: number;
  readonly #maxPerKey: number;
  readonly #letGo: (bytes: Buffer) => void;
  readonly #byOwner = new Map<object, Map<string, Shelf>>();
  /** Least recently used first. */
  readonly #shelves = new Set<Shelf>();
  readonly #gone = new WeakSet<object>();
  #usedBytes = 0;
  #count = 0;
  #evictionCount = 0;

  /**
   * @param maxBytes - over all owners; 0 keeps nothing
   * @param maxPerKey - the newest bases that are kept of one key
   * @param letGo - told the bytes that nobody reads any more, kept here or not
   */
  constructor(maxBytes: number, maxPerKey: number, letGo: (bytes: Buffer) => void = () => undefined) {
    this.#maxBytes = maxBytes;
    this.#maxPerKey = maxPerKey;
    this.#letGo = letGo;
  }

  /** Whether anything can be kept. */
  get isOn(): boolean {
    return this.#maxBytes > 0;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Bases that are kept, those on loan among them. */
  get count(): number {
    return this.#count;
  }

  /** Bases that had to make room for others, since the start. */
  get evictionCount(): number {
    return this.#evictionCount;
  }

  /** Take the bases of a key on loan. */
  borrow(owner: object, key: string): Loan {
    const shelf = this.#find(owner, key);
    if (shelf === undefined) {
      return { bases: [], giveBack: () => undefined };
    }
    this.#touch(shelf);
    const lent = [...shelf.held];
    lent.forEach((held) => (held.loanCount += 1));
    return { bases: lent.map(({ base }) => base), giveBack: once(() => this.#takeBack(lent)) };
  }

  /**
   * Keep a base as the newest of its key, where there is room, and unless its owner is gone. Its bytes are given away, but for
   * reading them until that is said.
   */
  put(owner: object, key: string, base: Base): ReadOut {
    const held = this.isOn && !this.#gone.has(owner) ? this.#keep(owner, key, base) : undefined;
    const letGo = once(() => {
      if (held?.base.bytes === base.bytes) {
        held.isBeingRead = false;
        this.#letGoIfUnused(held);
      } else {
        this.#letGo(base.bytes);
      }
    });
    return (isUsedUp) => {
      if (isUsedUp) letGo();
    };
  }

  /** Drop what is older than this base: the peer has it, and will name no earlier one. */
  forgetBefore(owner: object, key: string, id: string): void {
    const shelf = this.#find(owner, key);
    const at = shelf?.held.findIndex((held) => held.base.id === id) ?? -1;
    if (shelf !== undefined && at !== -1) {
      shelf.held.splice(at + 1).forEach((held) => this.#unshelve(held));
    }
  }

  /** Drop the bases of a key. */
  forget(owner: object, key: string): void {
    const shelf = this.#find(owner, key);
    if (shelf !== undefined) {
      this.#drop(shelf);
    }
  }

  /** Drop everything of an owner that has gone, for good. */
  dropOwner(owner: object): void {
    this.#gone.add(owner);
    for (const shelf of this.#byOwner.get(owner)?.values() ?? []) {
      this.#drop(shelf);
    }
  }

  /** What is kept now; undefined when there is no room, or the same body is held already. */
  #keep(owner: object, key: string, given: Base): HeldBase | undefined {
    const shelf = this.#find(owner, key) ?? this.#newShelf(owner, key);
    this.#touch(shelf);
    const known = shelf.held.find(({ base }) => base.id === given.id);
    const others = shelf.held.filter((held) => held !== known);
    others.splice(this.#maxPerKey - 1).forEach((held) => this.#unshelve(held));
    shelf.held = known === undefined ? others : [known, ...others];
    let kept: HeldBase | undefined;
    if (known === undefined && this.#makeRoom(sizeOf(given), shelf)) {
      const base = compact(given);
      this.#usedBytes += sizeOf(base);
      this.#count += 1;
      kept = { base, loanCount: 0, isShelved: true, isBeingRead: base === given };
      shelf.held.unshift(kept);
    }
    this.#removeIfEmpty(shelf);
    return kept;
  }

  #find(owner: object, key: string): Shelf | undefined {
    return this.#byOwner.get(owner)?.get(key);
  }

  #newShelf(owner: object, key: string): Shelf {
    const shelf: Shelf = { owner, key, held: [] };
    const own = this.#byOwner.get(owner) ?? new Map<string, Shelf>();
    this.#byOwner.set(owner, own.set(key, shelf));
    return shelf;
  }

  #touch(shelf: Shelf): void {
    this.#shelves.delete(shelf);
    this.#shelves.add(shelf);
  }

  #makeRoom(bytes: number, keep: Shelf): boolean {
    for (const shelf of this.#shelves) {
      if (this.#usedBytes + bytes <= this.#maxBytes) {
        return true;
      }
      if (shelf !== keep && shelf.held.every((held) => held.loanCount === 0)) {
        this.#evictionCount += shelf.held.length;
        this.#drop(shelf);
      }
    }
    return this.#usedBytes + bytes <= this.#maxBytes;
  }

  #drop(shelf: Shelf): void {
    shelf.held.splice(0).forEach((held) => this.#unshelve(held));
    this.#removeIfEmpty(shelf);
  }

  #removeIfEmpty(shelf: Shelf): void {
    if (shelf.held.length > 0) {
      return;
    }
    this.#shelves.delete(shelf);
    const own = this.#byOwner.get(shelf.owner);
    own?.delete(shelf.key);
    if (own?.size === 0) {
      this.#byOwner.delete(shelf.owner);
    }
  }

  #unshelve(held: HeldBase): void {
    held.isShelved = false;
    this.#uncount(held);
  }

  #takeBack(lent: readonly HeldBase[]): void {
    for (const held of lent) {
      held.loanCount -= 1;
      this.#uncount(held);
    }
  }

  #uncount(held: HeldBase): void {
    if (!held.isShelved && held.loanCount === 0) {
      this.#usedBytes -= sizeOf(held.base);
      this.#count -= 1;
      this.#letGoIfUnused(held);
    }
  }

  #letGoIfUnused({ base, isShelved, loanCount, isBeingRead }: HeldBase): void {
    if (!isShelved && loanCount === 0 && !isBeingRead) {
      this.#letGo(base.bytes);
    }
  }
}

/** A view of a much larger buffer would keep all of that alive. */
function compact(base: Base): Base {
  const { bytes } = base;
  if (bytes.buffer.byteLength <= bytes.length + OVERHEAD_BYTES) {
    return base;
  }
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return { ...base, bytes: copy };
}

function sizeOf(base: Base): number {
  return base.bytes.length + OVERHEAD_BYTES;
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) {
      isDone = true;
      action();
    }
  };
}
