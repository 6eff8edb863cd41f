import { idToWire, type Base, type Loan } from '@app/delta';

/** What an answer may be coded against. Whoever made it ends it, once the scrape is answered. */
export class DeltaOffer {
  /** Newest first, as they travel. */
  readonly baseIds: readonly Buffer[];
  private state: 'open' | 'answered' | 'mismatched' = 'open';

  /** @param key - the bases are of this key; so will be the body that answers */
  constructor(
    readonly owner: object,
    readonly key: string,
    private readonly loan: Loan,
  ) {
    this.baseIds = loan.bases.map(({ id }) => idToWire(id));
  }

  /** Whether the answer did not fit what was offered: then it was refused. */
  get isMismatched(): boolean {
    return this.state === 'mismatched';
  }

  find(id: string): Base | undefined {
    return this.loan.bases.find((base) => base.id === id);
  }

  /** Take the one answer there may be; false when there was one before. */
  take(): boolean {
    const isFirst = this.state === 'open';
    this.state = isFirst ? 'answered' : this.state;
    return isFirst;
  }

  mismatch(): void {
    this.state = 'mismatched';
  }

  end(): void {
    this.loan.giveBack();
  }
}
