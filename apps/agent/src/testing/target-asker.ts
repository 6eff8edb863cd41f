import { Cancellation } from '@app/deadlines';
import type { Stage } from '../../../../test/support/stage.js';
import { Egress } from '../egress/egress.js';
import { parseTargetAddress, type TargetAddress } from '../paths/target-address.js';
import type { FetchOutcome } from '../scrape/fetch-outcome.js';
import { MemoryBudget } from '../scrape/memory-budget.js';
import { TargetClient } from '../scrape/target-client.js';
import { readTargetTls, type TargetTlsOptions } from '../target-access/target-tls.js';

/** What an agent trusts that has this store, and no certificate of its own. */
export function trusting(
  trustStorePath: string,
  overrides: Partial<TargetTlsOptions> = {},
): TargetTlsOptions {
  return {
    enableTrustAllX509Certificates: false,
    trustStorePath,
    trustStorePassword: '',
    clientCertFilePath: '',
    clientKeyFilePath: '',
    ...overrides,
  };
}

/** Fetches targets one at a time, as an agent with these settings does. */
export class TargetAsker {
  private constructor(readonly client: TargetClient) {}

  /** Its connections end with the stage. */
  static async open(stage: Stage, tls: TargetTlsOptions, egress = Egress.none): Promise<TargetAsker> {
    const settings = { version: '1', forwardAuthorization: true, maxBytes: 1_000_000, holdBytes: 500_000 };
    const client = new TargetClient(settings, await readTargetTls(tls), egress);
    stage.atEnd(() => client.close());
    return new TargetAsker(client);
  }

  fetch(url: string, withinMs = 5_000): Promise<FetchOutcome> {
    const { address } = parseTargetAddress(url) as { address: TargetAddress };
    const request = { address, accept: '', authorization: '', remainingMs: withinMs, retry: 0 };
    const share = new MemoryBudget(10_000_000).open();
    return this.client.fetch(request, share, Cancellation.of(AbortSignal.timeout(withinMs)));
  }

  /** The words of the failure, or the body. */
  async ask(url: string): Promise<string> {
    const outcome = await this.fetch(url);
    switch (outcome.kind) {
      case 'whole':
        return Buffer.concat(outcome.pieces).toString();
      case 'failed':
        return outcome.words;
      default:
        return JSON.stringify(outcome);
    }
  }
}
