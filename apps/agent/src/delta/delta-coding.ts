import type { Base, Loan } from '@app/delta';
import type { FetchedBody } from '../scrape/fetch-outcome.js';
import type { EncodingOutcome } from '../scrape/link-body.js';
import type { MemoryShare } from '../scrape/memory-budget.js';

/** Whose bases they are, and of what. */
export interface Offered {
  readonly owner: object;
  readonly key: string;
}

/** Codes a body; undefined, with the body untouched, when it has to pass through. */
export type Encode = (fetched: FetchedBody, share: MemoryShare) => Promise<EncodingOutcome | undefined>;

/** One body on its way to be coded. Holds its base until it is ended. */
export class DeltaCoding {
  readonly #base: Base | undefined;
  readonly #loan: Loan;
  readonly #encode: Encode;

  constructor(base: Base | undefined, loan: Loan, encode: Encode) {
    this.#base = base;
    this.#loan = loan;
    this.#encode = encode;
  }

  /** Whether the target should not compress what would only be inflated here. */
  get wantsPlain(): boolean {
    return this.#base !== undefined;
  }

  /** @param share - is charged with what is held for it */
  encode(fetched: FetchedBody, share: MemoryShare): Promise<EncodingOutcome | undefined> {
    return this.#encode(fetched, share);
  }

  /** May be called twice. */
  end(): void {
    this.#loan.giveBack();
  }
}
