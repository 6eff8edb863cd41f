import { type Base, baseKey, type BaseStore, bodyId, encodeFrame } from '@app/delta';
import { discard } from '@app/operations';
import type { FetchedBody } from '../scrape/fetch-outcome.js';
import type { EncodingOutcome } from '../scrape/link-body.js';
import type { MemoryShare } from '../scrape/memory-budget.js';
import type { Scrape } from '../scrape/scrape.js';
import type { CodingPaces } from './coding-paces.js';
import { DeltaCoding, type Offered } from './delta-coding.js';
import { plainBody } from './plain-body.js';

/** How bodies travel: see `agent.wire.compression`. */
export type WireCompression = 'auto' | 'passthrough' | 'delta';

/** Told what became of a body that could have been coded. */
export interface DeltaObserver {
  /** @param savedBytes - how much larger the body is than its frame */
  coded(hadBase: boolean, savedBytes: number): void;
  passed(): void;
}

/** Decides which bodies travel as differences to earlier ones, and codes them. One per agent. */
export class DeltaCoder {
  readonly #mode: WireCompression;
  readonly #bases: BaseStore;
  readonly #paces: CodingPaces;
  readonly #observer: DeltaObserver;

  constructor(mode: WireCompression, bases: BaseStore, paces: CodingPaces, observer: DeltaObserver) {
    this.#mode = mode;
    this.#bases = bases;
    this.#paces = paces;
    this.#observer = observer;
  }

  /** What to do about coding for one scrape, which ends it; undefined when its body passes through. */
  begin(scrape: Scrape): DeltaCoding | undefined {
    const { offer } = scrape;
    if (offer === undefined || this.#mode === 'passthrough' || !this.#bases.isOn) {
      return undefined;
    }
    const key = baseKey(scrape);
    if (this.#mode === 'auto' && !this.#paces.pays(key)) {
      this.#observer.passed();
      return undefined;
    }
    return this.#open({ ...offer, key });
  }

  /** A session has ended: nobody can name its bases any more. */
  forget(owner: object): void {
    this.#bases.dropOwner(owner);
  }

  #open(offered: Offered & { baseIds: readonly string[] }): DeltaCoding {
    const { owner, key, baseIds } = offered;
    const loan = this.#bases.borrow(owner, key);
    const base = loan.bases.find(({ id }) => baseIds.includes(id));
    if (base !== undefined) {
      this.#bases.forgetBefore(owner, key, base.id);
    }
    return new DeltaCoding(base, loan, (fetched, share) => this.#encode(offered, base, fetched, share));
  }

  async #encode(
    { owner, key }: Offered,
    base: Base | undefined,
    fetched: FetchedBody,
    share: MemoryShare,
  ): Promise<EncodingOutcome | undefined> {
    const plain = await plainBody(fetched, share);
    if (plain === undefined) {
      this.#paces.rest(key);
      this.#bases.forget(owner, key);
      this.#observer.passed();
      return undefined;
    }
    const { contentType } = fetched.head;
    const used = base?.contentType === contentType ? base : undefined;
    const frame = await encodeFrame(plain, used?.bytes);
    const id = bodyId(plain);
    const readOut = this.#bases.put(owner, key, { id, bytes: plain, contentType });
    this.#paces.coded(key, used !== undefined, frame.length, plain.length);
    this.#observer.coded(used !== undefined, plain.length - frame.length);
    discardOthers(fetched, plain);
    readOut(true);
    return {
      kind: 'encoded',
      body: { kind: 'delta', frame, baseId: used?.id, bodyId: id, byteCount: frame.length },
    };
  }
}

/** Give back the memory of what a body was made from. */
function discardOthers(fetched: FetchedBody, body: Buffer): void {
  if (fetched.kind === 'whole' && !fetched.pieces.includes(body)) {
    discard(fetched.pieces);
  }
}
