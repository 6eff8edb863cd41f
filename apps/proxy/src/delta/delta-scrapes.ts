import { baseKey, type BaseStore } from '@app/delta';
import type { ScrapeResponseMessage } from '@app/protocol';
import type { AgentSession } from '../agents/agent-session.js';
import type { SessionObserver } from '../agents/session-observer.js';
import type { StreamSession } from '../agents/stream-session.js';
import type { DeltaMetrics } from '../metrics/delta-metrics.js';
import type {
  Release,
  ScrapeAnswer,
  ScrapeAsk,
  ScrapeFailure,
  ScrapeSuccess,
} from '../scrape/scrape-answer.js';
import { failure } from '../scrape/scrape-failure.js';
import type { DecodedBody, DeltaDecoder } from './delta-decoder.js';
import { DeltaOffer } from './delta-offer.js';

/**
 * Asks sessions with an offer of bases, where the agent knows what to do with it, and keeps what they answer as the next
 * base. An answer that does not fit costs the scrape a second question, without an offer and inside the same deadline.
 */
export class DeltaScrapes implements SessionObserver {
  constructor(
    private readonly bases: BaseStore,
    private readonly decoder: DeltaDecoder,
    private readonly metrics: DeltaMetrics,
  ) {}

  /** As `session.ask`. */
  ask(session: AgentSession, ask: ScrapeAsk): Promise<ScrapeAnswer> {
    const isPossible = this.bases.isOn && session.agent.capabilities.has('body-delta');
    return isPossible ? this.askWithOffer(session, ask) : session.ask(ask);
  }

  private async askWithOffer(session: AgentSession, ask: ScrapeAsk): Promise<ScrapeAnswer> {
    const key = baseKey(ask);
    const offer = new DeltaOffer(session, key, this.bases.borrow(session, key));
    const answer = await session.ask({ ...ask, offer });
    offer.end();
    return offer.isMismatched && answer.kind === 'failure' ? session.ask(ask) : answer;
  }

  /** What an answer that holds a frame stands for. Resolves once, never rejects. */
  async decode(
    message: ScrapeResponseMessage,
    offer: DeltaOffer | undefined,
  ): Promise<ScrapeSuccess | ScrapeFailure> {
    if (offer === undefined || !offer.take()) {
      return failure('invalid_payload', 'the agent coded a body for which it had no offer');
    }
    const decoded = await this.decoder.decode(message, offer);
    switch (decoded.kind) {
      case 'failure':
        return decoded;
      case 'mismatch':
        offer.mismatch();
        this.bases.forget(offer.owner, offer.key);
        this.metrics.mismatched();
        return failure('invalid_payload', `the body of the agent cannot be decoded: ${decoded.words}`);
      case 'decoded':
        return this.accept(message, offer, decoded);
    }
  }

  /** Its bases are of no use to any other session. */
  sessionEnded(session: StreamSession): void {
    this.bases.dropOwner(session);
  }

  private accept(message: ScrapeResponseMessage, offer: DeltaOffer, decoded: DecodedBody): ScrapeSuccess {
    const { bytes, id, base } = decoded;
    const contentType = base?.contentType ?? message.contentType;
    const readOut = this.bases.put(offer.owner, offer.key, { id, bytes, contentType });
    const release: Release = (isUsedUp = false) => {
      decoded.body.release();
      readOut(isUsedUp);
    };
    this.metrics.decoded(base !== undefined, bytes.length - (message.deltaBody?.frame.length ?? 0));
    return {
      kind: 'success',
      status: message.statusCode,
      contentType,
      headers: message.headers,
      body: { ...decoded.body, release },
    };
  }
}
